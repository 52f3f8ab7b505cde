// SPDX-License-Identifier: MIT
/// \file
/// What a page costs: TechEmpower's fortunes, a table of 1,000 rows, three levels of inheritance
/// with two includes; parsing; the memory of 1,000 templates. The sources and data are those of
/// jinja2_bench.py.
#include <pottle/templating/environment.hpp>

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace pottle;
using namespace pottle::templating;

struct Fortune {
    int id = 0;
    std::string message;
};
struct Row {
    int id = 0;
    std::string name;
    double price = 0;
    bool in_stock = false;
};

constexpr std::string_view kFortunes =
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
    "<tr><th>id</th><th>message</th></tr>{% for fortune in fortunes %}"
    "<tr><td>{{ fortune.id }}</td><td>{{ fortune.message }}</td></tr>{% endfor %}"
    "</table></body></html>";
constexpr std::string_view kTable =
    "<table>{% for row in rows %}<tr class=\"{{ loop.cycle('odd', 'even') }}\"><td>{{ row.id }}"
    "</td><td>{{ row.name|upper }}</td><td>{{ '%.2f'|format(row.price) }}</td><td>"
    "{% if row.in_stock %}yes{% else %}no{% endif %}</td></tr>{% endfor %}</table>";

std::vector<Fortune> fortunes() {
    return {
        {1, "fortune: No such file or directory"},
        {2, "A computer scientist is someone who fixes things that aren't broken."},
        {3, "After enough decimal places, nobody gives a damn."},
        {4, "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1"},
        {5, "A computer program does what you tell it to do, not what you want it to do."},
        {6, "Emacs is a nice operating system, but I prefer UNIX. - Tom Christaensen"},
        {7, "Any program that runs right is obsolete."},
        {8, "A list is only as strong as its weakest link. - Donald Knuth"},
        {9, "Feature: A bug with seniority."},
        {10, "Computers make very fast, very accurate mistakes."},
        {11, "<script>alert(\"This should not be displayed in a browser alert box.\");</script>"},
        {12,
         "\xe3\x83\x95\xe3\x83\xac\xe3\x83\xbc\xe3\x83\xa0\xe3\x83\xaf\xe3\x83\xbc\xe3\x82\xaf"
         "\xe3\x81\xae\xe3\x83\x99\xe3\x83\xb3\xe3\x83\x81\xe3\x83\x9e\xe3\x83\xbc\xe3\x82\xaf"}};
}

std::vector<Row> rows() {
    std::vector<Row> made;
    for (int i = 0; i < 1000; ++i)
        made.push_back({i, "Article number " + std::to_string(i), i * 1.25, i % 3 != 0});
    return made;
}

std::unique_ptr<Environment> inheritance() {
    auto loader = std::make_unique<DictLoader>();
    loader->set("base.html",
                "<html><head><title>{% block title %}Site{% endblock %}</title></head><body>"
                "{% include 'nav.html' %}<main>{% block main %}{% endblock %}</main>"
                "{% block footer %}<footer>{{ year }}</footer>{% endblock %}</body></html>");
    loader->set("section.html",
                "{% extends 'base.html' %}{% block title %}{{ section }} - {{ super() }}"
                "{% endblock %}{% block main %}<h1>{{ section }}</h1>{% block content %}"
                "{% endblock %}{% endblock %}");
    loader->set("page.html",
                "{% extends 'section.html' %}{% block content %}<p>{{ text }}</p>"
                "{% include 'aside.html' %}{% endblock %}");
    loader->set("nav.html",
                "<nav>{% for l in links %}<a href=\"{{ l }}\">{{ l }}</a>{% endfor %}"
                "</nav>");
    loader->set("aside.html", "<aside>{{ section }}</aside>");
    auto environment = std::make_unique<Environment>();
    environment->set_loader(std::move(loader));
    return environment;
}

void render_fortunes(benchmark::State& state) {
    const Environment environment;
    const auto page = environment.from_string(kFortunes);
    const auto data = fortunes();
    for (auto _ : state) benchmark::DoNotOptimize(environment.render(page, {{"fortunes", data}}));
}
BENCHMARK(render_fortunes);

void render_table(benchmark::State& state) {
    const Environment environment;
    const auto page = environment.from_string(kTable);
    const auto data = rows();
    for (auto _ : state) benchmark::DoNotOptimize(environment.render(page, {{"rows", data}}));
}
BENCHMARK(render_table);

void render_inheritance(benchmark::State& state) {
    const auto environment = inheritance();
    const std::vector<std::string> links = {"/", "/news", "/about", "/contact"};
    for (auto _ : state)
        benchmark::DoNotOptimize(environment->render(
            "page.html",
            {{"section", "News"}, {"text", "Some <text>"}, {"links", links}, {"year", 2026}}));
}
BENCHMARK(render_inheritance);

void parse_table(benchmark::State& state) {
    const Environment environment;
    std::string source;
    while (source.size() < 16 * 1024) source += kTable;
    for (auto _ : state) benchmark::DoNotOptimize(environment.from_string(source));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * source.size()));
}
BENCHMARK(parse_table);

void memory_of_a_template(benchmark::State& state) {
    const Environment environment;
    std::vector<TemplateHandle> kept;
    std::size_t total = 0;
    for (auto _ : state) {
        kept.clear();
        total = 0;
        for (int i = 0; i < 1000; ++i) {
            kept.push_back(environment.from_string(kTable));
            total += kept.back().memory_use();
        }
    }
    state.counters["bytes_each"] = static_cast<double>(total) / 1000;
    state.counters["source_bytes"] = static_cast<double>(kTable.size());
}
BENCHMARK(memory_of_a_template)->Iterations(3);

}  // namespace
