// SPDX-License-Identifier: MIT

// The benchmark's routes on net/http and on fasthttp.
//
//	server --library net/http|fasthttp --port PORT --www DIRECTORY [--certfile FILE --keyfile FILE]
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"
)

const routes = 100

type message struct {
	Message string `json:"message"`
}

func netHTTP(www string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /plaintext", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "Hello, World!")
	})
	mux.HandleFunc("GET /json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body, _ := json.Marshal(message{"Hello, World!"})
		w.Write(body)
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Write(body)
	})
	for i := range routes {
		mux.HandleFunc(fmt.Sprintf("GET /api/res%d/{id}", i), func(w http.ResponseWriter, r *http.Request) {
			id, err := strconv.Atoi(r.PathValue("id"))
			if err != nil {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, strconv.Itoa(id))
		})
	}
	mux.Handle("GET /file.bin", http.FileServer(http.Dir(www)))
	return mux
}

// fasthttp has no router of its own: a prefix map stands in for one.
func fastHTTP(www string) fasthttp.RequestHandler {
	files := fasthttp.FSHandler(www, 0)
	resources := map[string]bool{}
	for i := range routes {
		resources[fmt.Sprintf("res%d", i)] = true
	}
	return func(ctx *fasthttp.RequestCtx) {
		path := string(ctx.Path())
		switch path {
		case "/plaintext":
			ctx.SetContentType("text/plain")
			ctx.SetBodyString("Hello, World!")
		case "/json":
			ctx.SetContentType("application/json")
			body, _ := json.Marshal(message{"Hello, World!"})
			ctx.SetBody(body)
		case "/echo":
			ctx.SetContentType("application/octet-stream")
			ctx.SetBody(ctx.PostBody())
		case "/file.bin":
			files(ctx)
		default:
			name, id, _ := strings.Cut(strings.TrimPrefix(path, "/api/"), "/")
			number, err := strconv.Atoi(id)
			if err != nil || !resources[name] {
				ctx.NotFound()
				return
			}
			ctx.SetContentType("text/plain")
			ctx.SetBodyString(strconv.Itoa(number))
		}
	}
}

func main() {
	library := flag.String("library", "net/http", "net/http or fasthttp")
	port := flag.Int("port", 0, "")
	www := flag.String("www", ".", "")
	certificate := flag.String("certfile", "", "")
	key := flag.String("keyfile", "", "")
	flag.Parse()
	address := fmt.Sprintf("127.0.0.1:%d", *port)
	var err error
	switch {
	case *library == "fasthttp" && *certificate == "":
		err = fasthttp.ListenAndServe(address, fastHTTP(*www))
	case *library == "fasthttp":
		err = fasthttp.ListenAndServeTLS(address, *certificate, *key, fastHTTP(*www))
	case *certificate == "":
		err = http.ListenAndServe(address, netHTTP(*www))
	default:
		err = http.ListenAndServeTLS(address, *certificate, *key, netHTTP(*www))
	}
	log.Fatal(err)
}
