/* From bytes to reports. (in progress) */
#ifndef RL_READ_READ_H
#define RL_READ_READ_H
#include "base/base.h"
#endif
