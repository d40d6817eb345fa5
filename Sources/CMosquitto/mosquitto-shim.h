#include <mosquitto.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

// The library connects to an address here, so what it takes for the host's name is set beside it: the name that the
// certificate is checked against, and the one that the server is asked for.

static inline void dash_tls_name_server(const SSL *session, int where, int value) {
    (void)value;
    if ((where & SSL_CB_HANDSHAKE_START) == 0) { return; }
    const char *host = SSL_CTX_get_app_data(SSL_get_SSL_CTX(session));
    if (host != NULL) { SSL_set_tlsext_host_name((SSL *)session, host); }
}

/// A context that trusts the system's authorities and wants the host's certificate. `host` must outlive it.
static inline SSL_CTX *dash_tls_context(const char *host, int is_address) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) { return NULL; }
    X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(context);
    int is_named = is_address ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host)
                              : X509_VERIFY_PARAM_set1_host(parameters, host, 0);
    if (is_named != 1 || SSL_CTX_set_default_verify_paths(context) != 1
        || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (!is_address) {
        SSL_CTX_set_app_data(context, (void *)host);
        SSL_CTX_set_info_callback(context, dash_tls_name_server);
    }
    return context;
}

static inline int dash_tls_use(struct mosquitto *client, SSL_CTX *context) {
    int code = mosquitto_int_option(client, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0);
    return code == MOSQ_ERR_SUCCESS ? mosquitto_void_option(client, MOSQ_OPT_SSL_CTX, context) : code;
}
