/* Addresses that are never asked: the registries of special-purpose addresses (RFC 6890 and IANA's lists), IPv4 and
 * IPv6, and IPv4 inside IPv6. Pure; O(1). */
#include "net/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static bool private_v4(uint32_t a)
{
    static const struct {
        uint32_t net, bits;
    } blocks[] = {
        {0x00000000, 8},  /* this network */
        {0x0A000000, 8},  /* private */
        {0x64400000, 10}, /* shared, behind a carrier's NAT */
        {0x7F000000, 8},  /* loopback */
        {0xA9FE0000, 16}, /* link-local */
        {0xAC100000, 12}, /* private */
        {0xC0000000, 24}, /* protocol assignments */
        {0xC0000200, 24}, /* documentation */
        {0xC0586300, 24}, /* 6to4 relays */
        {0xC0A80000, 16}, /* private */
        {0xC6120000, 15}, /* benchmarks */
        {0xC6336400, 24}, /* documentation */
        {0xCB007100, 24}, /* documentation */
        {0xE0000000, 4},  /* multicast */
        {0xF0000000, 4},  /* reserved, broadcast */
    };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if ((a ^ blocks[i].net) >> (32 - blocks[i].bits) == 0)
            return true;
    return false;
}

static uint32_t v4_at(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool private_v6(const uint8_t *a)
{
    static const uint8_t zero[16];
    static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
    if (!memcmp(a, zero, 10) && a[10] == 0xff && a[11] == 0xff) /* IPv4-mapped */
        return private_v4(v4_at(a + 12));
    if (!memcmp(a, nat64, 12)) /* NAT64 */
        return private_v4(v4_at(a + 12));
    if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
        return private_v4(v4_at(a + 2));
    /* of the rest only global unicast, 2000::/3, without Teredo and its neighbours (2001::/23) and documentation */
    if ((a[0] & 0xe0) != 0x20)
        return true;
    bool assignments = a[0] == 0x20 && a[1] == 0x01 && (a[2] & 0xfe) == 0;
    bool documentation = (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8) ||
                         (a[0] == 0x3f && a[1] == 0xff && (a[2] & 0xf0) == 0);
    return assignments || documentation;
}

bool rl_net_private(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, a, sizeof in);
        return private_v4(ntohl(in.sin_addr.s_addr));
    }
    if (a->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, a, sizeof in);
        return private_v6(in.sin6_addr.s6_addr);
    }
    return true; /* a socket of the file system, or what we do not know */
}
