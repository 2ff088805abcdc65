// Loads the users service over HTTP, with one request at a time on each of its connections:
//
//	load create   -to URL [-token-file FILE] [-ca FILE]
//	load get      -to URL -path PATH [-token-file FILE] [-ca FILE]
//	load login    -to URL
//	load refresh  -to URL -sessions N
//
// `create` sends POST /create with a new address each time. `login` and `refresh` first create a user for each connection; `refresh`
// also begins the sessions, and then uses each one's newest token. When this is done, it prints `ready` and waits for a line.
// Then it prints `N/s ok=… errors=… p50=…ms p99=…ms connections=…`. The program exits with 1 if it cannot begin.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const password = "correct horse battery"

// session is what a login or a refresh answers, as far as it is needed.
type session struct {
	RefreshToken string `json:"refresh_token"`
}

// client has one connection.
type client struct {
	http.Client
	base  string
	token string
}

// call sends a request, and returns the body of an answer with a status of 2xx.
func (c *client) call(method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequest(method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.Do(request)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	if response.TLS != nil && response.TLS.Version != tls.VersionTLS13 {
		return nil, fmt.Errorf("TLS version %x", response.TLS.Version)
	}
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s %s", method, path, response.Status, answer)
	}
	return answer, nil
}

func (c *client) session(path string, fields map[string]string) (session, error) {
	body, _ := json.Marshal(fields)
	var result session
	answer, err := c.call("POST", path, body)
	if err == nil {
		err = json.Unmarshal(answer, &result)
	}
	if err == nil && result.RefreshToken == "" {
		err = fmt.Errorf("%s: no refresh token", path)
	}
	return result, err
}

func (c *client) logIn(email string) (session, error) {
	return c.session("/api/v1/auth/login", map[string]string{"email": email, "password": password})
}

func main() {
	log.SetFlags(0)
	mode := os.Args[1]
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	to := flags.String("to", "", "the service's URL, without a path")
	path := flags.String("path", "", "what to get")
	connections := flags.Int("c", 32, "connections")
	seconds := flags.Int("s", 5, "seconds")
	sessions := flags.Int("sessions", 256, "sessions, over all connections")
	tokenFile := flags.String("token-file", "", "send this token with each request")
	authorities := flags.String("ca", "", "trust the authorities in this file")
	flags.Parse(os.Args[2:])

	token := ""
	if *tokenFile != "" {
		token = strings.TrimSpace(string(read(*tokenFile)))
	}
	var trusted *tls.Config
	if *authorities != "" {
		trusted = &tls.Config{RootCAs: x509.NewCertPool()}
		if !trusted.RootCAs.AppendCertsFromPEM(read(*authorities)) {
			log.Fatalf("%s has no certificate", *authorities)
		}
	}
	var dialed int64
	dialer := &net.Dialer{}
	clients := make([]*client, *connections)
	for i := range clients {
		transport := &http.Transport{MaxIdleConnsPerHost: 1, MaxConnsPerHost: 1, TLSClientConfig: trusted}
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			atomic.AddInt64(&dialed, 1)
			return dialer.DialContext(ctx, network, address)
		}
		clients[i] = &client{Client: http.Client{Transport: transport}, base: *to, token: token}
	}

	run := time.Now().UnixNano()
	email := func(i int) string { return fmt.Sprintf("load%d-%d@example.com", run, i) }
	own := make([][]session, *connections)
	if mode == "login" || mode == "refresh" {
		each(clients, func(i int, c *client) {
			body := fmt.Sprintf(`{"email":%q,"password":%q}`, email(i), password)
			if _, err := c.call("POST", "/create", []byte(body)); err != nil {
				log.Fatal(err)
			}
			for mode == "refresh" && len(own[i]) < *sessions / *connections {
				begun, err := c.logIn(email(i))
				if err != nil {
					log.Fatal(err)
				}
				own[i] = append(own[i], begun)
			}
		})
	}
	if mode == "get" {
		// A service that has just started may not have read it yet.
		each(clients, func(_ int, c *client) {
			for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
				if _, err := c.call("GET", *path, nil); err == nil {
					return
				} else if time.Since(begun) > 5*time.Second {
					log.Fatal(err)
				}
			}
		})
	}
	request := map[string]func(i, k int, c *client) error{
		"create": func(i, k int, c *client) error {
			body := fmt.Sprintf(`{"email":"u%d-%d-%d@example.com","name":"Ada Lovelace","company":"Analytical"}`, run, i, k)
			_, err := c.call("POST", "/create", []byte(body))
			return err
		},
		"get": func(_, _ int, c *client) error {
			_, err := c.call("GET", *path, nil)
			return err
		},
		"login": func(i, _ int, c *client) error {
			_, err := c.logIn(email(i))
			return err
		},
		"refresh": func(i, k int, c *client) error {
			session := &own[i][k%len(own[i])]
			next, err := c.session("/api/v1/auth/refresh", map[string]string{"refresh_token": session.RefreshToken})
			if err == nil && next.RefreshToken == session.RefreshToken {
				err = fmt.Errorf("a refresh gave the same token again")
			}
			if err == nil {
				*session = next
			}
			return err
		},
	}[mode]
	if request == nil {
		log.Fatalf("no mode %q", mode)
	}

	fmt.Println("ready")
	bufio.NewReader(os.Stdin).ReadString('\n')
	measure(clients, time.Duration(*seconds)*time.Second, request)
	fmt.Printf(" connections=%d\n", dialed)
}

// each calls body for all clients at the same time.
func each(clients []*client, body func(i int, c *client)) {
	var all sync.WaitGroup
	for i, c := range clients {
		all.Add(1)
		go func(i int, c *client) {
			defer all.Done()
			body(i, c)
		}(i, c)
	}
	all.Wait()
}

// measure repeats a request on all clients until the time is over, and prints the rate.
func measure(clients []*client, length time.Duration, request func(i, k int, c *client) error) {
	took := make([][]float64, len(clients))
	var ok, bad int64
	begun := time.Now()
	each(clients, func(i int, c *client) {
		for k := 0; time.Since(begun) < length; k++ {
			sent := time.Now()
			err := request(i, k, c)
			took[i] = append(took[i], float64(time.Since(sent).Microseconds())/1000)
			if err == nil {
				atomic.AddInt64(&ok, 1)
			} else if atomic.AddInt64(&bad, 1) == 1 {
				log.Print(err)
			}
		}
	})
	elapsed := time.Since(begun).Seconds()
	var all []float64
	for _, times := range took {
		all = append(all, times...)
	}
	sort.Float64s(all)
	quantile := func(q float64) float64 { return all[int(q*float64(len(all)-1))] }
	fmt.Printf("%.0f/s ok=%d errors=%d p50=%.2fms p99=%.2fms", float64(ok)/elapsed, ok, bad, quantile(.5), quantile(.99))
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	return content
}
