// Command kube-apiserver runs the API server of Kubernetes and an etcd of its own in one process, for tests on this
// machine. There are no controllers: pods and the status of Deployments never change by themselves.
//
// Once the server is ready, one line of JSON on standard output says how to reach it (type ready). It ends, and removes
// everything that it wrote, when its standard input closes: so it never outlives whoever started it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// ready is what the process that started this one is told. All certificates and keys are PEM.
type ready struct {
	URL       string          `json:"url"`
	CA        string          `json:"ca"`
	Directory string          `json:"directory"`
	Users     map[string]user `json:"users"`
}

const startLimit = 60 * time.Second

func main() {
	directory, err := os.MkdirTemp("", "kube-apiserver-")
	if err != nil {
		fail(err)
	}
	err = run(directory)
	if problem := remove(directory); problem != nil {
		err = errors.Join(err, problem)
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// run returns nil when it was asked to end. It leaves the servers running: they hold nothing that anybody would miss,
// and shutting the API server down in order takes seconds.
func run(directory string) error {
	stop := stopped()
	failed := make(chan error, 2)
	socket, err := startEtcd(directory, failed)
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	access, err := issueAccess(directory)
	if err != nil {
		return err
	}
	url, err := startServer(context.Background(), directory, socket, failed)
	if err != nil {
		return fmt.Errorf("kube-apiserver: %w", err)
	}
	readiness := make(chan error, 1)
	go func() { readiness <- waitUntilReady(url, access.ca, startLimit) }()
	for {
		select {
		case <-stop:
			return nil
		case err := <-failed:
			return err
		case err := <-readiness:
			if err != nil {
				return err
			}
			line := ready{URL: url, CA: access.ca, Directory: directory, Users: access.users}
			if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
				return err
			}
		}
	}
}

// stopped is closed when standard input ends or a signal asks to end.
func stopped() <-chan struct{} {
	stop := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	ended := make(chan struct{})
	go func() {
		// An input that cannot be read has no owner either.
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	go func() {
		select {
		case <-signals:
		case <-ended:
		}
		close(stop)
	}()
	return stop
}

// remove tries again while etcd, which still runs, writes into what is being removed.
func remove(directory string) error {
	var err error
	for range 10 {
		if err = os.RemoveAll(directory); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}
