/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sources.h: the files and folders that -f names, as one configuration.
 */
#ifndef VSWCTL_SOURCES_H
#define VSWCTL_SOURCES_H

#include "config.h"

/**
 * struct sources - files that were read
 * @files:	the files; they do not move while there are places in them
 * @count:	how many there are
 */
struct sources {
	struct config_file **files;
	size_t count;
};

bool sources_read(struct sources *sources, const char *const *names,
		  size_t count, struct config *config, struct problem *why);
void sources_free(struct sources *sources);

#endif /* VSWCTL_SOURCES_H */
