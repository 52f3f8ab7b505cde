// SPDX-License-Identifier: MIT
// Go's html/template on the fortunes page of templating_bench.cpp: prints CPU nanoseconds of one rendering.
// Run by jinja2_bench.py: --peer go=PROGRAM
package main

import (
	"bytes"
	"fmt"
	"html/template"
	"syscall"
)

type fortune struct {
	ID      int
	Message string
}

const page = `<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>` +
	`<tr><th>id</th><th>message</th></tr>{{range .}}` +
	`<tr><td>{{.ID}}</td><td>{{.Message}}</td></tr>{{end}}</table></body></html>`

var messages = []string{
	"fortune: No such file or directory",
	"A computer scientist is someone who fixes things that aren't broken.",
	"After enough decimal places, nobody gives a damn.",
	"A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
	"A computer program does what you tell it to do, not what you want it to do.",
	"Emacs is a nice operating system, but I prefer UNIX. - Tom Christaensen",
	"Any program that runs right is obsolete.",
	"A list is only as strong as its weakest link. - Donald Knuth",
	"Feature: A bug with seniority.",
	"Computers make very fast, very accurate mistakes.",
	"<script>alert(\"This should not be displayed in a browser alert box.\");</script>",
	"\u30d5\u30ec\u30fc\u30e0\u30ef\u30fc\u30af\u306e\u30d9\u30f3\u30c1\u30de\u30fc\u30af",
}

func cpu() int64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	parsed := template.Must(template.New("fortunes").Parse(page))
	var fortunes []fortune
	for i, message := range messages {
		fortunes = append(fortunes, fortune{i + 1, message})
	}
	render := func() {
		var out bytes.Buffer
		if err := parsed.Execute(&out, fortunes); err != nil {
			panic(err)
		}
	}
	render()
	rounds, spent := 1, int64(0)
	for spent < 150_000_000 {
		rounds *= 2
		begin := cpu()
		for i := 0; i < rounds; i++ {
			render()
		}
		spent = cpu() - begin
	}
	fmt.Println(spent / int64(rounds))
}
