// SPDX-License-Identifier: GPL-2.0
/*
 * print.c: prints records as a table or tree (libsmartcols), as JSON (jansson) or
 * as one line each. Works from the tables of model.c and from the columns that
 * the objects' files give; knows no object.
 */
#include <jansson.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "options.h"
#include "print.h"

#define DEPTH_MAX	4
#define PRETTY_INDENT	4

/* The first counter of the statistics that is not a key. */
#define STATS_PART	((uint64_t)1 << STATS_SWITCH | (uint64_t)1 << STATS_PORT)

/* Octets of the UTF-8 character at @text, 0 if there is none or a control one. */
static size_t utf8_length(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t length, i;

	if (*p < 0x80)
		return *p >= ' ' && *p != 0x7f;
	if (*p < 0xc2 || *p > 0xf4)
		return 0;
	length = *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	for (i = 1; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xe0 && p[1] < 0xa0) ||
	    (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return length;
}

/* jansson takes only UTF-8; octets that are not become U+FFFD. */
static json_t *json_text(const char *text)
{
	json_t *value = json_string(text);
	char *safe, *to;
	size_t length;

	if (value)
		return value;
	safe = malloc(strlen(text) * 3 + 1);
	if (!safe)
		error_memory();
	to = safe;
	for (; *text; text += length) {
		length = utf8_length(text);
		if (length || (unsigned char)*text < 0x80) {
			length = length ? length : 1;
			to = mempcpy(to, text, length);
		} else {
			length = 1;
			to = stpcpy(to, "\xef\xbf\xbd");
		}
	}
	*to = '\0';
	value = json_string(safe);
	free(safe);
	return value;
}

static json_t *json_field(const struct field *f, const void *data)
{
	uint64_t number;

	if (f->names)
		return json_text(field_text(f, data));
	switch (f->type) {
	case FIELD_STRING:
	case FIELD_TEXT:
	case FIELD_MAC:
	case FIELD_VLANS:
	case FIELD_VID_MAP:
	case FIELD_PRIOS:
	case FIELD_RESERVED:
	case FIELD_GROUPS:
	case FIELD_STATES:
	case FIELD_NAMES:
		return json_text(field_text(f, data));
	case FIELD_BOOL:
	case FIELD_NOT:
	case FIELD_FLAG:
		return json_boolean(field_number(f, data));
	default:
		number = field_number(f, data);
		if (f->type == FIELD_U64 && number > INT64_MAX)
			number = INT64_MAX;
		return json_integer((json_int_t)number);
	}
}

/* The members of an object that are there, but for those in @except. */
static void json_members(json_t *to, const struct kind *kind, const void *data,
			 uint64_t except)
{
	unsigned int i;

	for (i = 0; i < kind->count; i++)
		if (kind->fields[i].key && field_has(data, i) &&
		    !(except >> i & 1))
			json_object_set_new(to, kind->fields[i].key,
					    json_field(&kind->fields[i], data));
}

static json_t *json_record(const struct record *record)
{
	json_t *to = json_object();

	if (!to)
		error_memory();
	if (record->time)
		json_object_set_new(to, "time", json_string(record->time));
	if (record->numbered)
		json_object_set_new(to, "seq", json_integer(record->number));
	if (record->event)
		json_object_set_new(to, "event", json_string(record->event));
	if (record->object)
		json_object_set_new(to, "object", json_string(record->object));
	json_members(to, record->kind, record->data, 0);
	if (record->stats)
		json_members(to, &kind_stats, record->stats, STATS_PART);
	return to;
}

/* Print and free; in an array and pretty, every line is moved to the right. */
static void json_print(json_t *value)
{
	char *text, *line, *rest;

	text = json_dumps(value, options.pretty ? JSON_INDENT(PRETTY_INDENT) :
						  JSON_COMPACT);
	json_decref(value);
	if (!text)
		error_memory();
	rest = text;
	while ((line = strsep(&rest, "\n")))
		printf("%*s%s%s", options.pretty ? PRETTY_INDENT : 0, "", line,
		       rest ? "\n" : "");
	free(text);
}

static void print_json(const struct record *records, size_t count)
{
	const char *gap = options.pretty ? "\n" : "";
	size_t i;

	printf("[%s", count ? gap : "");
	for (i = 0; i < count; i++) {
		json_print(json_record(&records[i]));
		printf("%s%s", i + 1 < count ? "," : "", gap);
	}
	printf("]\n");
}

/* Print a character, whatever it is, and return how many octets it had. */
static size_t print_character(const char *text)
{
	size_t length = utf8_length(text);

	if (!length) {
		printf("\\x%02x", (unsigned char)*text);
		return 1;
	}
	fwrite(text, length, 1, stdout);
	return length;
}

/**
 * print_safe - print a text of which not all characters may reach a terminal
 * @text:	the text; names can have been given by a guest
 */
void print_safe(const char *text)
{
	while (*text)
		text += print_character(text);
}

static void print_quoted(const char *text)
{
	if (*text && !strpbrk(text, " \t\n\"\\")) {
		print_safe(text);
		return;
	}
	putchar('"');
	while (*text) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		text += print_character(text);
	}
	putchar('"');
}

static void oneline_member(const char **gap, const char *key, const char *text)
{
	if (!text)
		return;
	printf("%s%s ", *gap, key);
	print_quoted(text);
	*gap = " ";
}

static void oneline_members(const char **gap, const struct kind *kind,
			    const void *data, uint64_t except)
{
	unsigned int i;

	for (i = 0; i < kind->count; i++)
		if (kind->fields[i].key && field_has(data, i) &&
		    !(except >> i & 1))
			oneline_member(gap, kind->fields[i].key,
				       field_text(&kind->fields[i], data));
}

static void print_oneline(const struct record *record)
{
	const char *gap = "";

	oneline_member(&gap, "time", record->time);
	if (record->numbered) {
		printf("%sseq %u", gap, record->number);
		gap = " ";
	}
	oneline_member(&gap, "event", record->event);
	oneline_member(&gap, "object", record->object);
	oneline_members(&gap, record->kind, record->data, 0);
	if (record->stats)
		oneline_members(&gap, &kind_stats, record->stats, STATS_PART);
	putchar('\n');
}

static bool column_wanted(const struct column *column)
{
	return (!(column->flags & COLUMN_DETAIL) || options.details) &&
	       (!(column->flags & COLUMN_STATS) || options.stats);
}

/* A member in a cell; the table of a tree gives all its columns a function. */
static void cell_member(const struct column *column,
			const struct record *record, char *text, size_t size)
{
	const struct kind *kind = record->kind;
	const void *data = record->data;
	const struct field *f;

	if (column->flags & COLUMN_STATS && kind != &kind_stats) {
		kind = &kind_stats;
		data = record->stats;
	}
	if (!data || !field_has(data, column->field))
		return;
	f = &kind->fields[column->field];
	if (!f->names && (f->type == FIELD_BOOL || f->type == FIELD_NOT ||
			  f->type == FIELD_FLAG))
		snprintf(text, size, "%s", field_number(f, data) ? "yes" : "no");
	else
		snprintf(text, size, "%s", field_text(f, data));
}

static const char *cell_color(const struct column *column, const char *text)
{
	if (column->flags & COLUMN_NAME)
		return "cyan";
	if (!(column->flags & COLUMN_STATE))
		return NULL;
	if (!strcmp(text, "up"))
		return "green";
	return strncmp(text, "down", 4) ? NULL : "red";
}

static void table_cell(struct libscols_line *line, size_t index,
		       const struct column *column, const struct record *record)
{
	static char text[FIELD_TEXT_MAX];
	const char *color;

	text[0] = '\0';
	if (column->text)
		column->text(record, text, sizeof(text));
	else
		cell_member(column, record, text, sizeof(text));
	if (!text[0])
		strcpy(text, "-");
	if (scols_line_set_data(line, index, text))
		error_memory();
	color = cell_color(column, text);
	if (color)
		scols_cell_set_color(scols_line_get_cell(line, index), color);
}

static struct libscols_table *table_new(const struct column *columns)
{
	struct libscols_table *table = scols_new_table();
	const struct column *column;
	int flags;

	if (!table)
		error_memory();
	scols_table_enable_colors(table, options.color);
	for (column = columns; column->head; column++) {
		if (!column_wanted(column))
			continue;
		flags = column->flags & COLUMN_RIGHT ? SCOLS_FL_RIGHT : 0;
		flags |= column->flags & COLUMN_TREE ? SCOLS_FL_TREE : 0;
		if (!scols_table_new_column(table, column->head, 0, flags))
			error_memory();
	}
	return table;
}

static void print_table(const struct column *columns,
			const struct record *records, size_t count)
{
	struct libscols_line *line, *parents[DEPTH_MAX + 1] = { NULL };
	struct libscols_table *table = table_new(columns);
	const struct column *column;
	size_t i, index;

	for (i = 0; i < count; i++) {
		line = scols_table_new_line(table, parents[records[i].depth]);
		if (!line)
			error_memory();
		if (records[i].depth < DEPTH_MAX)
			parents[records[i].depth + 1] = line;
		index = 0;
		for (column = columns; column->head; column++)
			if (column_wanted(column))
				table_cell(line, index++, column, &records[i]);
	}
	scols_print_table(table);
	scols_unref_table(table);
}

/**
 * print_records - print records as the options say
 * @columns:	columns of the table, ended by an empty one
 * @records:	the records
 * @count:	how many there are; a table without records is not printed
 */
void print_records(const struct column *columns, const struct record *records,
		   size_t count)
{
	size_t i;

	if (options.json)
		print_json(records, count);
	else if (options.oneline)
		for (i = 0; i < count; i++)
			print_oneline(&records[i]);
	else if (count)
		print_table(columns, records, count);
}

/**
 * print_list - print the objects of a list as the options say
 * @columns:	columns of the table, ended by an empty one
 * @list:	the list
 */
void print_list(const struct column *columns, const struct ipc_list *list)
{
	struct record *records = calloc(list->count + 1, sizeof(*records));
	size_t i;

	if (!records)
		error_memory();
	for (i = 0; i < list->count; i++) {
		records[i].kind = list->kind;
		records[i].data = ipc_list_at(list, i);
	}
	print_records(columns, records, list->count);
	free(records);
}

/**
 * print_event - print one record as an object of JSON or as one line
 * @record:	the record
 */
void print_event(const struct record *record)
{
	json_t *value;

	if (!options.json) {
		print_oneline(record);
		return;
	}
	value = json_record(record);
	json_dumpf(value, stdout, JSON_COMPACT);
	json_decref(value);
	putchar('\n');
}

/**
 * print_value - print the bare value of one member, or an object of JSON with it
 * @f:		the member
 * @data:	the object that has it
 */
void print_value(const struct field *f, const void *data)
{
	json_t *value;

	if (options.json) {
		value = json_pack("[{so}]", f->key, json_field(f, data));
		if (!value)
			error_memory();
		json_dumpf(value, stdout, JSON_COMPACT);
		json_decref(value);
	} else if (isatty(STDOUT_FILENO)) {
		print_safe(field_text(f, data));
	} else {
		fputs(field_text(f, data), stdout);
	}
	putchar('\n');
}
