/* PDF through poppler's pdftotext, as a program of its own.
 *
 * Not linked in, for two reasons: a PDF made to break its reader breaks a child that has limits of
 * time and memory, and poppler's licence (GPL) binds no one who uses this library. The PDF goes to
 * the child as a file without a name. Invariant: the child is gone when the function returns. Cost:
 * poppler's, at most PDF_SECONDS of CPU. */
#include "read/reader.h"
#include "read/recode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PDF_SECONDS = 60 };

static bool write_all(int fd, rl_str s)
{
    while (s.len) {
        ssize_t n = write(fd, s.ptr, s.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = rl_str_sub(s, (size_t)n, s.len - (size_t)n);
    }
    return true;
}

/* In the child: only what is safe after fork. */
static void become(const char *const *argv, int out)
{
    struct rlimit cpu = {PDF_SECONDS, PDF_SECONDS}, mem = {2048ul << 20, 2048ul << 20};
    int null = open("/dev/null", O_RDWR);
    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_AS, &mem);
    dup2(null, 0);
    dup2(out, 1);
    dup2(null, 2);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static rl_status output_of(const char *const *argv, rl_buf *b, rl_error *err)
{
    int ends[2], how = 0;
    char step[16384];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return rl_fail(err, RL_EIO, NULL, 0, 0, "%s", strerror(errno));
    pid_t child = fork();
    if (child == 0)
        become(argv, ends[1]);
    close(ends[1]);
    for (ssize_t n = 1; child > 0 && (n > 0 || (n < 0 && errno == EINTR)) && b->st == RL_OK;) {
        n = read(ends[0], step, sizeof step);
        if (n > 0)
            rl_buf_add(b, (rl_str){step, (size_t)n});
    }
    close(ends[0]);
    if (child < 0)
        return rl_fail(err, RL_EIO, NULL, 0, 0, "%s", strerror(errno));
    while (waitpid(child, &how, 0) < 0 && errno == EINTR)
        ;
    if (b->st != RL_OK)
        return rl_fail(err, b->st, NULL, 0, 0, "the text is over the limit");
    if (WIFEXITED(how) && WEXITSTATUS(how) == 127)
        return rl_fail(err, RL_EIO, NULL, 0, 0, "PDF needs the program %s (Debian: poppler-utils)", argv[0]);
    if (!WIFEXITED(how) || WEXITSTATUS(how) != 0)
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "%s cannot read this PDF", argv[0]);
    return RL_OK;
}

static rl_str info_line(rl_str info, const char *name)
{
    rl_str line;
    while (info.len) {
        rl_str_cut(&info, '\n', &line);
        if (rl_str_starts(line, name))
            return rl_str_trim(rl_str_sub(line, strlen(name), line.len - strlen(name)));
    }
    return (rl_str){0};
}

/* Lines of a paragraph joined, a word parted by a hyphen at a line's end left as it is. */
static rl_str paragraphs(rl_arena *mem, rl_str s)
{
    char *p = rl_alloc(mem, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\r')
            continue;
        if (c == '\f')
            c = '\n';
        p[n++] = c;
    }
    return rl_str_trim((rl_str){p, p ? n : 0});
}

static rl_status read_open(rl_reader_run *r, int fd, rl_str bytes, rl_error *err)
{
    char path[40], last[16];
    rl_buf text = {.max = RL_TEXT_MAX}, info = {.max = 1u << 20};
    rl_document d = {.kind = RL_IN_PDF, .doc = r->doc, .raw = bytes};
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    snprintf(last, sizeof last, "%u", RL_PDF_PAGES_MAX);
    const char *const to_text[] = {"pdftotext", "-q", "-enc", "UTF-8", "-l", last, path, "-", NULL};
    const char *const to_info[] = {"pdfinfo", "-isodates", "-enc", "UTF-8", path, NULL};
    rl_status st = output_of(to_text, &text, err);
    rl_str author = {0};
    rl_recoded rc;
    if (st == RL_OK)
        st = rl_recode(r->mem, rl_arena_copy(r->mem, rl_buf_str(&text)), (rl_str){0}, false, &rc, err);
    if (st == RL_OK) {
        rl_error none;
        if (output_of(to_info, &info, &none) == RL_OK) {
            rl_str all = rl_arena_copy(r->mem, rl_buf_str(&info));
            d.title = rl_plain_text(r->mem, info_line(all, "Title:"));
            author = rl_plain_text(r->mem, info_line(all, "Author:"));
            d.published = info_line(all, "CreationDate:");
            d.modified = info_line(all, "ModDate:");
        }
        d.authors = &author;
        d.nauthors = author.len > 0;
        d.body = paragraphs(r->mem, rc.text);
        st = rl_reader_emit(r, &d, err);
    }
    rl_buf_clear(&text);
    rl_buf_clear(&info);
    return st;
}

rl_status rl_read_pdf(rl_reader_run *r, rl_str bytes, rl_error *err)
{
    int fd = memfd_create("pdf", 0);
    if (fd < 0)
        return rl_fail(err, RL_EIO, NULL, 0, 0, "%s", strerror(errno));
    rl_status st = write_all(fd, bytes) ? read_open(r, fd, bytes, err)
                                        : rl_fail(err, RL_EIO, NULL, 0, 0, "%s", strerror(errno));
    close(fd);
    return st;
}
