// SPDX-License-Identifier: GPL-2.0
/*
 * mac.c: addresses of NICs for which none is given. They are locally administered
 * and made from the machine's id, the name of the network namespace and the name of
 * the NIC, so a NIC has the same one after a restart, and no one keeps a list.
 *
 * The machine's id must not become known (machine-id(5)): it is the key of SipHash,
 * of which 46 bits are seen. Where no address can be made, none is given, and the
 * kernel chooses a random one.
 */
#include <dirent.h>
#include <endian.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "ipc.h"
#include "mac.h"

#define MACHINE_ID_FILE		"/etc/machine-id"
#define MACHINE_ID_BYTES	16
#define MACHINE_ID_DIGITS	(2 * MACHINE_ID_BYTES)
#define NETNS_FOLDER		"/run/netns"
#define NETNS_OWN		"/proc/self/ns/net"
#define PURPOSE			"vswitch NIC address"
#define MAC_LOCAL		0x02
#define MAC_GROUP		0x01

/**
 * struct place_of_nics - what an address is made from, besides the NIC's name
 * @machine:	the machine's id
 * @netns:	name of the network namespace, "" if it has none
 */
struct place_of_nics {
	uint8_t machine[MACHINE_ID_BYTES];
	char netns[NAME_MAX + 1];
};

/**
 * struct crowd - NICs that there are or will be, as trees of tsearch()
 * @names:	their names, as far as they are in this namespace
 * @macs:	their addresses, wherever they are
 */
struct crowd {
	void *names;
	void *macs;
};

static uint64_t rotate(uint64_t word, unsigned int bits)
{
	return word << bits | word >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void sip_take(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

static uint64_t read_le64(const uint8_t *bytes, size_t size)
{
	uint64_t word = 0;

	memcpy(&word, bytes, size);
	return le64toh(word);
}

/* SipHash-2-4 (Aumasson and Bernstein): without the key its values say nothing. */
static uint64_t siphash(const uint8_t *key, const uint8_t *data, size_t size)
{
	uint64_t k0 = read_le64(key, 8), k1 = read_le64(key + 8, 8);
	uint64_t v[4] = { k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
			  k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573 };
	uint64_t last = (uint64_t)size << 56;
	unsigned int i;

	for (; size >= 8; size -= 8, data += 8)
		sip_take(v, read_le64(data, 8));
	sip_take(v, last | read_le64(data, size));
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (at - digits) % 16 : -1;
}

/* 32 digits, and a newline that may be missing; not all of them 0. */
static bool parse_machine_id(const char *text, size_t size, uint8_t *id)
{
	static const uint8_t none[MACHINE_ID_BYTES];
	int high, low;
	size_t i;

	if (size == MACHINE_ID_DIGITS + 1 && text[MACHINE_ID_DIGITS] == '\n')
		size--;
	if (size != MACHINE_ID_DIGITS)
		return false;
	for (i = 0; i < MACHINE_ID_BYTES; i++) {
		high = hex_digit(text[2 * i]);
		low = hex_digit(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		id[i] = high << 4 | low;
	}
	return memcmp(id, none, sizeof(none));
}

/* It may be missing, empty or "uninitialized" before the first boot is done. */
static bool read_machine_id(uint8_t *id)
{
	char text[MACHINE_ID_DIGITS + 2];
	ssize_t size;
	int fd;

	fd = open(MACHINE_ID_FILE, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return false;
	size = read(fd, text, sizeof(text));
	close(fd);
	return size > 0 && parse_machine_id(text, size, id);
}

/* Its name, as "ip netns identify" finds it; of several the first by the alphabet. */
static bool find_netns(char *name)
{
	struct dirent *entry;
	struct stat own, st;
	DIR *folder;

	name[0] = '\0';
	if (stat(NETNS_OWN, &own))
		return false;
	folder = opendir(NETNS_FOLDER);
	while (folder && (entry = readdir(folder))) {
		if (fstatat(dirfd(folder), entry->d_name, &st, 0) ||
		    st.st_dev != own.st_dev || st.st_ino != own.st_ino)
			continue;
		if (!name[0] || strcmp(entry->d_name, name) < 0)
			strcpy(name, entry->d_name);
	}
	if (folder)
		closedir(folder);
	return true;
}

static void derive(const struct place_of_nics *place, const char *name,
		   uint8_t *mac)
{
	char text[sizeof(PURPOSE) + NAME_MAX + 1 + IFNAMSIZ];
	uint64_t hash;
	int size;

	/* a NUL stands between the parts, which have none */
	size = snprintf(text, sizeof(text), PURPOSE "%c%s%c%s", '\0',
			place->netns, '\0', name);
	hash = htole64(siphash(place->machine, (const uint8_t *)text, size));
	memcpy(mac, &hash, MODEL_MAC_BYTES);
	mac[0] = (mac[0] & ~MAC_GROUP) | MAC_LOCAL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int compare_macs(const void *a, const void *b)
{
	return memcmp(a, b, MODEL_MAC_BYTES);
}

static void tree_add(void **tree, const void *key,
		     int (*compare)(const void *a, const void *b))
{
	if (!tsearch(key, tree, compare))
		error_memory();
}

static void keep(void *key)
{
	(void)key;
}

/*
 * What is there stays as it is; an address that another one has is not given twice,
 * as when a NIC was given a new name, or to a container, and its name is used again.
 */
static void choose(struct crowd *crowd, const struct place_of_nics *place,
		   struct vsw_nic *nic)
{
	uint8_t mac[MODEL_MAC_BYTES];

	if (tfind(nic->name, &crowd->names, compare_names))
		return;
	tree_add(&crowd->names, nic->name, compare_names);
	if (field_has(nic, NIC_MAC))
		return;
	derive(place, nic->name, mac);
	if (tfind(mac, &crowd->macs, compare_macs))
		return;
	memcpy(nic->mac, mac, sizeof(mac));
	field_mark(nic, NIC_MAC);
	tree_add(&crowd->macs, nic->mac, compare_macs);
}

static void choose_all(const struct ipc_list *there,
		       const struct place_of_nics *place,
		       struct vsw_nic *const *nics, size_t count)
{
	struct crowd crowd = { 0 };
	const struct vsw_nic *nic;
	size_t i;

	for (i = 0; i < there->count; i++) {
		nic = ipc_list_at(there, i);
		tree_add(&crowd.macs, nic->mac, compare_macs);
		if (!field_has(nic, NIC_NETNSID))
			tree_add(&crowd.names, nic->name, compare_names);
	}
	for (i = 0; i < count; i++)
		if (field_has(nics[i], NIC_MAC))
			tree_add(&crowd.macs, nics[i]->mac, compare_macs);
	for (i = 0; i < count; i++)
		choose(&crowd, place, nics[i]);
	tdestroy(crowd.names, keep);
	tdestroy(crowd.macs, keep);
}

/**
 * mac_choose - choose addresses for NICs that are to be made
 * @nics:	the NICs, in the order in which they are made; those that have no
 *		address get one, but for those that are there already
 * @count:	how many
 *
 * The kernel's connection is open.
 */
void mac_choose(struct vsw_nic *const *nics, size_t count)
{
	struct place_of_nics place;
	struct ipc_list there;
	bool open = false;
	size_t i;

	for (i = 0; i < count && !open; i++)
		open = !field_has(nics[i], NIC_MAC);
	if (!open || !read_machine_id(place.machine) || !find_netns(place.netns))
		return;
	if (!ipc_list_get(&kind_nic, NULL, &there))
		choose_all(&there, &place, nics, count);
	ipc_list_free(&there);
}
