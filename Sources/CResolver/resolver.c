#include "resolver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

/// Appends the strings of a TXT record (RFC 1035, 3.3.14), which make up one text.
static size_t append_text(const unsigned char *data, size_t length, char *text, size_t used, size_t size) {
    size_t position = 0;
    while (position < length) {
        size_t part = data[position++];
        if (part > length - position) part = length - position;
        size_t room = used + 2 < size ? size - used - 2 : 0;
        if (part <= room) {
            memcpy(text + used, data + position, part);
            used += part;
        }
        position += part;
    }
    if (used + 1 < size) text[used++] = '\n';
    return used;
}

int shippy_dns_records(const char *domain, int type, const char *server, int port, char *text, size_t size) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (text && size > 0) memset(text, 0, size);
    if (res_ninit(&state) != 0) return -2;
    state.retrans = 2;
    state.retry = 1;
    if (server) {
        state.nscount = 1;
        state.nsaddr_list[0].sin_family = AF_INET;
        state.nsaddr_list[0].sin_port = htons((unsigned short)port);
        if (inet_pton(AF_INET, server, &state.nsaddr_list[0].sin_addr) != 1) {
            res_nclose(&state);
            return -2;
        }
    }
    unsigned char answer[16384];
    int length = res_nquery(&state, domain, ns_c_in, type, answer, sizeof answer);
    int fault = state.res_h_errno;
    res_nclose(&state);
    if (length < 0) return fault == HOST_NOT_FOUND ? -1 : fault == NO_DATA ? 0 : -2;
    ns_msg message;
    if (ns_initparse(answer, length < (int)sizeof answer ? length : (int)sizeof answer, &message) != 0) return -2;
    int count = 0;
    size_t used = 0;
    for (int index = 0; index < ns_msg_count(message, ns_s_an); index++) {
        ns_rr record;
        if (ns_parserr(&message, ns_s_an, index, &record) != 0) break;
        // The answer may begin with the aliases that lead to the records.
        if ((int)ns_rr_type(record) != type) continue;
        count++;
        if (text && type == ns_t_txt) used = append_text(ns_rr_rdata(record), ns_rr_rdlen(record), text, used, size);
    }
    return count;
}
