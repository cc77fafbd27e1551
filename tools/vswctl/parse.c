// SPDX-License-Identifier: GPL-2.0
/*
 * parse.c: one word of the command line to one value. Knows no command and no
 * object; command.c says in front of the message which setting it was.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "parse.h"

#define ELEMENT_SHOWN	40
#define MS_PER_S	1000

/**
 * problem_set - note why a word is refused
 * @why:	where to note it
 * @format:	as of printf
 *
 * Return: false, so that a parser can end with it.
 */
bool problem_set(struct problem *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return false;
}

/* The words of a list, "a, b, c", that begin with @start. */
static void join_words(const char *const *list, const char *start, char *text,
		       size_t size)
{
	size_t at = 0, length = strlen(start);

	text[0] = '\0';
	for (; *list && at < size; list++)
		if (!strncmp(*list, start, length))
			at += snprintf(text + at, size - at, "%s%s",
				       at ? ", " : "", *list);
}

/**
 * parse_word - a word of a list, or an unambiguous abbreviation of one
 * @word:	the word
 * @list:	the words to choose from, ended by NULL
 * @what:	what they are, for the message; NULL: nothing but these words
 * @index:	where to put which one it is
 * @why:	why not
 */
bool parse_word(const char *word, const char *const *list, const char *what,
		unsigned int *index, struct problem *why)
{
	unsigned int i, found = 0;
	char words[400];

	for (i = 0; list[i]; i++) {
		if (!*word || strncmp(list[i], word, strlen(word)))
			continue;
		*index = i;
		if (!strcmp(list[i], word))
			return true;
		found++;
	}
	if (found == 1)
		return true;
	join_words(list, found ? word : "", words, sizeof(words));
	if (found)
		return problem_set(why, "\"%.40s\" is ambiguous: %s", word, words);
	if (!what)
		return problem_set(why, "\"%.40s\" is not one of %s", word, words);
	return problem_set(why, "\"%.40s\" is not %s; expected %s", word, what,
			   words);
}

/**
 * parse_digits - take the digits at a place, which is moved behind them
 * @at:		the place
 * @max:	largest number
 * @value:	where to put it
 *
 * Return: false if there are none or the number is above @max.
 */
bool parse_digits(const char **at, uint64_t max, uint64_t *value)
{
	const char *p = *at;
	uint64_t n = 0;

	for (; isdigit((unsigned char)*p); p++) {
		n = n * 10 + (*p - '0');
		if (n > max)
			return false;
	}
	if (p == *at)
		return false;
	*at = p;
	*value = n;
	return true;
}

/**
 * parse_number - a decimal number
 * @word:	the word
 * @max:	the largest that fits
 * @value:	where to put it
 * @why:	why not
 */
bool parse_number(const char *word, uint32_t max, uint32_t *value,
		  struct problem *why)
{
	const char *at = word;
	uint64_t n;

	if (!parse_digits(&at, max, &n) || *at)
		return problem_set(why, "\"%.60s\" is not a number from 0 to %u",
				   word, max);
	*value = n;
	return true;
}

/* The digits behind the point, as thousandths; finer ones only if they are 0. */
static bool take_thousandths(const char **at, uint64_t *value)
{
	unsigned int weight = 100;
	const char *p = *at;
	uint64_t n = 0;

	for (; isdigit((unsigned char)*p); p++) {
		if (!weight && *p != '0')
			return false;
		n += weight * (*p - '0');
		weight /= 10;
	}
	if (p == *at)
		return false;
	*at = p;
	*value = n;
	return true;
}

/**
 * parse_time - a time such as 300, 1.5s or 250ms
 * @word:	the word; without a unit it is in seconds
 * @ms:		where to put it, in milliseconds
 * @why:	why not
 */
bool parse_time(const char *word, uint32_t *ms, struct problem *why)
{
	uint64_t whole, thousandths = 0;
	const char *at = word;

	if (!parse_digits(&at, UINT32_MAX, &whole))
		goto bad;
	if (*at == '.') {
		at++;
		if (!take_thousandths(&at, &thousandths))
			goto bad;
	}
	if (!*at || !strcmp(at, "s"))
		whole = whole * MS_PER_S + thousandths;
	else if (strcmp(at, "ms") || thousandths)
		goto bad;
	if (whole > UINT32_MAX)
		return problem_set(why, "\"%.60s\" is too long a time", word);
	*ms = whole;
	return true;
bad:
	return problem_set(why, "\"%.60s\" is not a time such as 300, 1.5s or 250ms",
			   word);
}

/**
 * parse_vid - a VLAN id
 * @word:	the word
 * @vid:	where to put it
 * @why:	why not
 */
bool parse_vid(const char *word, uint16_t *vid, struct problem *why)
{
	const char *at = word;
	uint64_t n;

	if (!parse_digits(&at, VID_MAX, &n) || *at || !n)
		return problem_set(why, "\"%.60s\" is not a VLAN id from 1 to %u",
				   word, VID_MAX);
	*vid = n;
	return true;
}

/**
 * parse_vids - take "10" or "100-199" at a place, which is moved behind it
 * @at:		the place
 * @lowest:	1, or 0 where that stands for frames without a tag
 * @first:	where to put the first
 * @last:	where to put the last, which may be below the first
 *
 * Return: false if there is no such thing.
 */
bool parse_vids(const char **at, unsigned int lowest, uint64_t *first,
		uint64_t *last)
{
	if (!parse_digits(at, VID_MAX, first) || *first < lowest)
		return false;
	*last = *first;
	if (**at != '-')
		return true;
	++*at;
	return parse_digits(at, VID_MAX, last) && *last >= lowest;
}

/**
 * problem_element - note why an element of a list is refused
 * @why:	where to note it
 * @element:	its beginning
 * @length:	its length
 * @what:	what is wrong
 *
 * Return: false.
 */
bool problem_element(struct problem *why, const char *element, size_t length,
		     const char *what)
{
	return problem_set(why, "\"%.*s\" %s",
			   length < ELEMENT_SHOWN ? (int)length : ELEMENT_SHOWN,
			   element, what);
}

/* One element of a VLAN list, "10" or "100-199", @length characters long. */
static bool parse_range(const char *element, size_t length,
			unsigned int lowest, uint8_t *bitmap,
			struct problem *why)
{
	const char *at = element;
	uint64_t first, last;

	if (!length)
		return problem_set(why, "an element of the VLAN list is empty");
	if (!parse_vids(&at, lowest, &first, &last) || at != element + length)
		return problem_element(why, element, length, lowest ?
				       "is not a VLAN id from 1 to 4094 or a range" :
				       "is not a VLAN id from 0 to 4094 or a range");
	if (last < first)
		return problem_element(why, element, length, PROBLEM_REVERSED);
	for (; first <= last; first++)
		vlans_add(bitmap, first);
	return true;
}

/**
 * parse_vlans - a list of VLANs such as 10,20,100-199, in any order
 * @word:	the word
 * @lowest:	1, or 0 where that stands for frames without a tag
 * @bitmap:	where to put it, VSW_VLAN_BITMAP_BYTES octets
 * @why:	why not
 */
bool parse_vlans(const char *word, unsigned int lowest, uint8_t *bitmap,
		 struct problem *why)
{
	size_t length;

	memset(bitmap, 0, VSW_VLAN_BITMAP_BYTES);
	for (;; word += length + 1) {
		length = strcspn(word, ",");
		if (!parse_range(word, length, lowest, bitmap, why))
			return false;
		if (!word[length])
			return true;
	}
}

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/**
 * parse_mac - a MAC address such as 02:00:00:00:00:01
 * @word:	the word
 * @mac:	where to put it, MODEL_MAC_BYTES octets
 * @why:	why not
 */
bool parse_mac(const char *word, uint8_t *mac, struct problem *why)
{
	const char *at = word;
	int i, high, low;

	for (i = 0; i < MODEL_MAC_BYTES; i++) {
		if (i && *at++ != ':')
			goto bad;
		high = hex_digit(at[0]);
		low = high < 0 ? -1 : hex_digit(at[1]);
		if (low < 0)
			goto bad;
		mac[i] = high << 4 | low;
		at += 2;
	}
	if (!*at)
		return true;
bad:
	return problem_set(why, "\"%.60s\" is not a MAC address such as 02:00:00:00:00:01",
			   word);
}

/**
 * parse_string - a name or a text
 * @word:	the word
 * @text:	where to put it
 * @size:	room there, with the NUL
 * @why:	why not
 *
 * Which characters are allowed is for the kernel to say; that the text is not
 * silently cut is for us.
 */
bool parse_string(const char *word, char *text, size_t size,
		  struct problem *why)
{
	size_t length = strlen(word);

	if (length >= size)
		return problem_set(why, "\"%.40s%s\" is %zu bytes long; at most %zu are allowed",
				   word, length > 40 ? "..." : "", length,
				   size - 1);
	memcpy(text, word, length + 1);
	return true;
}
