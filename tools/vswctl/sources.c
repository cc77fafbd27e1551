// SPDX-License-Identifier: GPL-2.0
/*
 * sources.c: the files and folders that -f names, as one configuration. Of a
 * folder all files are taken whose names end in .json, in the order of their names.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "sources.h"

#define SUFFIX	".json"

static bool read_file(struct sources *sources, const char *name,
		      struct config *config, struct problem *why)
{
	struct config_file *file = malloc(sizeof(*file));

	sources->files = reallocarray(sources->files, sources->count + 1,
				      sizeof(struct config_file *));
	if (!file || !sources->files)
		error_memory();
	sources->files[sources->count++] = file;
	return config_file_load(name, file, why) &&
	       config_read(file, config, why);
}

/* Hidden ones are those that an editor left. */
static int is_wanted(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name), end = strlen(SUFFIX);

	return entry->d_name[0] != '.' && length > end &&
	       !strcmp(entry->d_name + length - end, SUFFIX);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_folder(struct sources *sources, const char *folder,
			struct config *config, struct problem *why)
{
	struct dirent **entries;
	char name[PATH_MAX];
	bool good = true;
	int i, count;

	count = scandir(folder, &entries, is_wanted, by_name);
	if (count < 0)
		return problem_set(why, "%.200s: %s", folder, strerror(errno));
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s/%s", folder,
			 entries[i]->d_name);
		good = good && read_file(sources, name, config, why);
		free(entries[i]);
	}
	free(entries);
	return good;
}

/**
 * sources_read - read files and folders
 * @sources:	empty; to be freed in any case, after @config
 * @names:	names of files and folders; "-" is standard input
 * @count:	how many
 * @config:	where to put what they say; sorted
 * @why:	why not, with file, line and key
 */
bool sources_read(struct sources *sources, const char *const *names,
		  size_t count, struct config *config, struct problem *why)
{
	struct stat st;
	bool good = true;
	size_t i;

	for (i = 0; i < count && good; i++) {
		if (!stat(names[i], &st) && S_ISDIR(st.st_mode))
			good = read_folder(sources, names[i], config, why);
		else
			good = read_file(sources, names[i], config, why);
	}
	return good && config_check(config, why);
}

/**
 * sources_free - give the memory of files back
 * @sources:	the files
 */
void sources_free(struct sources *sources)
{
	size_t i;

	for (i = 0; i < sources->count; i++) {
		config_file_free(sources->files[i]);
		free(sources->files[i]);
	}
	free(sources->files);
}
