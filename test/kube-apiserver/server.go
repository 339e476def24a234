package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// startServer runs what the command kube-apiserver runs (kubernetes 1.37, cmd/kube-apiserver/app/server.go), on a
// listener that is already open: the command's own flag for the port cannot ask for a free one. It returns the URL at
// once; what goes wrong later is sent to failed.
func startServer(ctx context.Context, directory, etcd string, failed chan<- error) (string, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := options.NewServerRunOptions()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	for _, set := range server.Flags().FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse(flagsFor(directory, etcd)); err != nil {
		return "", err
	}
	server.SecureServing.Listener = listener
	server.SecureServing.BindPort = listener.Addr().(*net.TCPAddr).Port
	if err := server.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return "", err
	}
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	completed, err := server.Complete(ctx)
	if err != nil {
		return "", err
	}
	if problems := completed.Validate(); len(problems) > 0 {
		return "", utilerrors.NewAggregate(problems)
	}
	go func() { failed <- fmt.Errorf("kube-apiserver ended: %w", app.Run(ctx, completed)) }()
	return "https://" + listener.Addr().String(), nil
}

func flagsFor(directory, etcd string) []string {
	in := func(name string) string { return filepath.Join(directory, name) }
	return []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none",
		"--cert-dir=" + in("certificates"),
		"--tls-cert-file=" + in(serverCertFile),
		"--tls-private-key-file=" + in(serverKeyFile),
		"--client-ca-file=" + in(caFile),
		"--token-auth-file=" + in(tokensFile),
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://tests.invalid",
		"--service-account-signing-key-file=" + in(serviceAccountFile),
		"--service-account-key-file=" + in(serviceAccountFile),
		"--service-cluster-ip-range=10.96.0.0/16",
		// It refuses pods until a controller has made the namespace's service account, and there is no controller.
		"--disable-admission-plugins=ServiceAccount",
	}
}

// waitUntilReady asks /readyz until the server, its start-up hooks included, says ok.
func waitUntilReady(url, ca string, limit time.Duration) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(ca))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Second}
	end := time.Now().Add(limit)
	for {
		answer, err := client.Get(url + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("status %d", answer.StatusCode)
		}
		if time.Now().After(end) {
			return fmt.Errorf("not ready in %s: %w", limit, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
