/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mac.h: addresses of NICs for which none is given, the same whenever they are
 * made.
 */
#ifndef VSWCTL_MAC_H
#define VSWCTL_MAC_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

void mac_choose(struct vsw_nic *const *nics, size_t count);

#endif /* VSWCTL_MAC_H */
