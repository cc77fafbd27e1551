/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_NL_BATCH_H
#define _VSW_NL_BATCH_H

/* Private to netlink/: many operations in one transaction. */

struct genl_info;
struct sk_buff;

int vsw_nl_batch(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_batch_init(void);
void vsw_nl_batch_exit(void);

#endif /* _VSW_NL_BATCH_H */
