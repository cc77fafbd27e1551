/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fdb.h: what an entry that is to be made has to say.
 */
#ifndef VSWCTL_FDB_H
#define VSWCTL_FDB_H

#include "model.h"

void fdb_target(struct vsw_fdb *fdb);

#endif /* VSWCTL_FDB_H */
