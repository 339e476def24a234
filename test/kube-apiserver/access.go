package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Names of the files in the server's directory that its flags name.
const (
	caFile             = "ca.crt"
	serverCertFile     = "server.crt"
	serverKeyFile      = "server.key"
	serviceAccountFile = "service-account.key"
	tokensFile         = "tokens.csv"
)

// user is one identity with three credentials; nobody but RBAC says what it may do.
type user struct {
	Token   string   `json:"token"`
	Current identity `json:"current"`
	// Expired ended an hour ago and is right in every other respect.
	Expired identity `json:"expired"`
}

// identity is a client certificate and its key, PEM.
type identity struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

type access struct {
	ca    string
	users map[string]user
}

// groups of the users; what system:masters may do is not looked up anywhere.
var groups = map[string]string{"admin": "system:masters", "autopilot": ""}

// issueAccess makes the authority, the server's certificate and the users, and writes the files that the server reads.
func issueAccess(directory string) (access, error) {
	authority, err := newAuthority()
	if err != nil {
		return access{}, err
	}
	server, err := authority.issue(certificate{name: "kube-apiserver", usage: x509.ExtKeyUsageServerAuth})
	if err != nil {
		return access{}, err
	}
	_, serviceAccountKey, err := newKey()
	if err != nil {
		return access{}, err
	}
	users := map[string]user{}
	var tokens strings.Builder
	for name, group := range groups {
		issued, err := authority.issueUser(name, group)
		if err != nil {
			return access{}, err
		}
		users[name] = issued
		fmt.Fprintf(&tokens, "%s,%s,%s%s\n", issued.Token, name, name, column(group))
	}
	files := map[string]string{
		caFile:             authority.pem,
		serverCertFile:     server.Certificate,
		serverKeyFile:      server.Key,
		serviceAccountFile: serviceAccountKey,
		tokensFile:         tokens.String(),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(content), 0o600); err != nil {
			return access{}, err
		}
	}
	return access{ca: authority.pem, users: users}, nil
}

func column(group string) string {
	if group == "" {
		return ""
	}
	return "," + group
}

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         string
}

// certificate is what a certificate says. It is good for a day, or was until an hour ago when ended.
type certificate struct {
	name, group string
	usage       x509.ExtKeyUsage
	ended       bool
}

func newAuthority() (authority, error) {
	key, _, err := newKey()
	if err != nil {
		return authority{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "tests"},
		NotBefore:             now.Add(-48 * time.Hour),
		NotAfter:              now.Add(48 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return authority{}, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return authority{}, err
	}
	return authority{certificate: parsed, key: key, pem: encode("CERTIFICATE", der)}, nil
}

func (a authority) issueUser(name, group string) (user, error) {
	current, err := a.issue(certificate{name: name, group: group, usage: x509.ExtKeyUsageClientAuth})
	if err != nil {
		return user{}, err
	}
	expired, err := a.issue(certificate{name: name, group: group, usage: x509.ExtKeyUsageClientAuth, ended: true})
	if err != nil {
		return user{}, err
	}
	return user{Token: rand.Text(), Current: current, Expired: expired}, nil
}

func (a authority) issue(c certificate) (identity, error) {
	key, keyPEM, err := newKey()
	if err != nil {
		return identity{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return identity{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: c.name},
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{c.usage},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if c.ended {
		template.NotAfter = now.Add(-time.Hour)
	}
	if c.group != "" {
		template.Subject.Organization = []string{c.group}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return identity{}, err
	}
	return identity{Certificate: encode("CERTIFICATE", der), Key: keyPEM}, nil
}

// newKey returns a key and its PEM.
func newKey() (*ecdsa.PrivateKey, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	// The server takes EC keys for service accounts in this form only.
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, "", err
	}
	return key, encode("EC PRIVATE KEY", der), nil
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
