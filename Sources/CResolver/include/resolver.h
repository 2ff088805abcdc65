#pragma once

#include <stddef.h>

/// Asks the system's name servers (resolver(3)) for a domain's records, and waits for a few seconds at most.
///
/// type: 15 for MX, 16 for TXT.
/// server, port: ask this name server (IPv4) instead; NULL for the system's.
/// text: the strings of TXT records, each record ended by a newline; cut if they do not fit. NULL for none.
///
/// Returns the number of records of this type; 0 if the domain exists without any; -1 if it does not exist, -2 if nobody could be asked.
int shippy_dns_records(const char *domain, int type, const char *server, int port, char *text, size_t size);
