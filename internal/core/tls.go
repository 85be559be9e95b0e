package core

import (
	"crypto/tls"
	"crypto/x509"
)

func (n *network) customTLS() bool {
	return n.tls != nil || len(n.rootCAs) > 0 || len(n.certs) > 0 || n.insecure
}

// contradictions are the pairs of options that cannot both be honoured.
func (n *network) contradictions() []string {
	var rules []string
	if n.insecure && len(n.rootCAs) > 0 {
		rules = append(rules, "WithIgnoreSSLIssues: contradicts WithRootCAs: certificates are either checked or not")
	}
	if n.tls != nil && n.tls.GetClientCertificate != nil && len(n.certs) > 0 {
		rules = append(rules, "WithClientCertificate: contradicts the GetClientCertificate of WithTLSConfig")
	}
	return rules
}

// tlsConfig applies the TLS options to a copy of the configuration they are
// given beside, or else of the transport's.
func (n *network) tlsConfig(inherited *tls.Config) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	switch {
	case n.tls != nil:
		config = n.tls.Clone()
	case inherited != nil:
		config = inherited.Clone()
	}
	if len(n.rootCAs) > 0 {
		config.RootCAs = n.roots(config.RootCAs)
	}
	if len(n.certs) > 0 {
		config.Certificates = append(config.Certificates[:len(config.Certificates):len(config.Certificates)], n.certs...)
	}
	if n.insecure {
		config.InsecureSkipVerify = true
	}
	return config
}

// roots are the extra certificates beside those of given, or of the system.
func (n *network) roots(given *x509.CertPool) *x509.CertPool {
	pool := x509.NewCertPool()
	if given != nil {
		pool = given.Clone()
	} else if system, err := x509.SystemCertPool(); err == nil {
		pool = system
	}
	for _, pem := range n.rootCAs {
		pool.AppendCertsFromPEM(pem)
	}
	return pool
}
