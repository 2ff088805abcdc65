#pragma once
#include <curl/curl.h>

// curl_easy_setopt is variadic, and Swift cannot import variadic functions.

typedef size_t (*shippy_curl_transfer)(char *buffer, size_t size, size_t count, void *context);

static inline CURLcode shippy_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shippy_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shippy_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shippy_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shippy_curl_set_transfer(CURL *handle, CURLoption option, shippy_curl_transfer value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shippy_curl_set_debug(CURL *handle, curl_debug_callback value) {
    return curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
}
static inline CURLcode shippy_curl_set_progress(CURL *handle, curl_xferinfo_callback value) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}
static inline CURLcode shippy_curl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}
