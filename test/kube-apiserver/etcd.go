package main

import (
	"errors"
	"net/url"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// startEtcd serves on a socket in the directory, so that it needs no port. It returns the URL of the socket; what goes
// wrong later is sent to failed.
func startEtcd(directory string, failed chan<- error) (string, error) {
	client := url.URL{Scheme: "unix", Path: filepath.Join(directory, "etcd.sock")}
	peer := url.URL{Scheme: "unix", Path: filepath.Join(directory, "peer.sock")}
	config := embed.NewConfig()
	config.Dir = filepath.Join(directory, "etcd")
	config.ListenClientUrls = []url.URL{client}
	config.AdvertiseClientUrls = []url.URL{client}
	config.ListenPeerUrls = []url.URL{peer}
	config.AdvertisePeerUrls = []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.LogLevel = "error"
	// Nothing is meant to survive a crash.
	config.UnsafeNoFsync = true
	server, err := embed.StartEtcd(config)
	if err != nil {
		return "", err
	}
	select {
	case <-server.Server.ReadyNotify():
	case err := <-server.Err():
		return "", err
	case <-time.After(startLimit):
		return "", errors.New("not ready in time")
	}
	go func() { failed <- <-server.Err() }()
	return client.String(), nil
}
