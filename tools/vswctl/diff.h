/* SPDX-License-Identifier: GPL-2.0 */
/*
 * diff.h: a plan, printed like a patch or as JSON.
 */
#ifndef VSWCTL_DIFF_H
#define VSWCTL_DIFF_H

#include "plan.h"
#include "sources.h"

int diff_print(const struct plan *plan, const struct sources *sources);

#endif /* VSWCTL_DIFF_H */
