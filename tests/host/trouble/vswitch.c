// SPDX-License-Identifier: GPL-2.0
/*
 * A module that makes the trouble it is asked for, in the place of the real
 * one: tests/host/selftest sees with it whether tests/host/run notices.
 * What is written to /proc/trouble chooses the trouble.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

static DEFINE_SPINLOCK(lock_a);
static DEFINE_SPINLOCK(lock_b);
static void *lost;
static int too_far = 40;

static void make_leak(void)
{
	WRITE_ONCE(lost, kmalloc(100, GFP_KERNEL));
	WRITE_ONCE(lost, NULL);
}

static void use_after_free(void)
{
	char *memory = kmalloc(100, GFP_KERNEL);

	kfree(memory);
	OPTIMIZER_HIDE_VAR(memory);
	WRITE_ONCE(memory[10], 1);
}

static void sleep_in_atomic(void)
{
	spin_lock(&lock_a);
	might_sleep();
	spin_unlock(&lock_a);
}

static void lock_in_two_orders(void)
{
	spin_lock(&lock_a);
	spin_lock(&lock_b);
	spin_unlock(&lock_b);
	spin_unlock(&lock_a);

	spin_lock(&lock_b);
	spin_lock(&lock_a);
	spin_unlock(&lock_a);
	spin_unlock(&lock_b);
}

/* Prints what fault injection does, and copes with it. */
static void allocate_often(void)
{
	int i;

	for (i = 0; i < 100; i++)
		kfree(kmalloc(100, GFP_KERNEL));
}

static void shift_too_far(void)
{
	pr_info("shifted to %d\n", 1 << READ_ONCE(too_far));
}

static const struct {
	const char *name;
	void (*make)(void);
} troubles[] = {
	{ "leak", make_leak },
	{ "use-after-free", use_after_free },
	{ "sleep", sleep_in_atomic },
	{ "deadlock", lock_in_two_orders },
	{ "allocate", allocate_often },
	{ "shift", shift_too_far },
};

static ssize_t trouble_write(struct file *file, const char __user *from, size_t size,
			     loff_t *at)
{
	char word[32] = "";
	int i;

	if (size >= sizeof(word) || copy_from_user(word, from, size))
		return -EINVAL;
	strim(word);
	for (i = 0; i < ARRAY_SIZE(troubles); i++)
		if (!strcmp(word, troubles[i].name))
			troubles[i].make();
	WARN_ON(!strcmp(word, "warn"));
	if (!strcmp(word, "hold"))
		__module_get(THIS_MODULE);
	return size;
}

static const struct proc_ops trouble_ops = {
	.proc_write = trouble_write,
};

static int __init trouble_init(void)
{
	if (!proc_create("trouble", 0200, NULL, &trouble_ops))
		return -ENOMEM;
	return 0;
}

static void __exit trouble_exit(void)
{
	remove_proc_entry("trouble", NULL);
}

module_init(trouble_init);
module_exit(trouble_exit);
MODULE_DESCRIPTION("Trouble for the self-test of the test host");
MODULE_LICENSE("GPL");
