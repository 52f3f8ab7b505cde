// SPDX-License-Identifier: MIT
/// \file
/// Request-sized JSON (about 300 B): Pottle's typed codec, nlohmann-json with hand-written
/// conversions, and simdjson's tree parser without any conversion.
#include "../documents.hpp"

#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace {

using namespace pottle;

using bench::Message;
using bench::Order;

constexpr std::string_view kOrder =
    R"({"id":9007199254740993,"customer":"Ada Lovelace","email":"ada@example.org",)"
    R"("address":{"street":"12 St James's Square","city":"London","zip":10115},)"
    R"("tags":["analytical","engine","priority"],"gift":true,"total":1234.56,)"
    R"("note":"Please leave the parcel with the neighbour on the left.","quantity":3})";

Order order() {
    Order value;
    if (!json::decode(kOrder, value)) std::abort();
    return value;
}

void decode_typed(benchmark::State& state) {
    for (auto _ : state) {
        Order value;
        benchmark::DoNotOptimize(json::decode(kOrder, value));
        benchmark::DoNotOptimize(value);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kOrder.size()));
}
BENCHMARK(decode_typed);

void decode_nlohmann(benchmark::State& state) {
    for (auto _ : state) {
        const auto j = nlohmann::json::parse(kOrder);
        Order value;
        value.id = j.at("id").get<std::int64_t>();
        value.customer = j.at("customer").get<std::string>();
        value.email = j.at("email").get<std::string>();
        const auto& a = j.at("address");
        value.address = {a.at("street").get<std::string>(), a.at("city").get<std::string>(),
                         a.at("zip").get<int>()};
        value.tags = j.at("tags").get<std::vector<std::string>>();
        value.gift = j.at("gift").get<bool>();
        value.total = j.at("total").get<double>();
        value.note = j.at("note").get<std::string>();
        value.quantity = j.at("quantity").get<std::int64_t>();
        benchmark::DoNotOptimize(value);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kOrder.size()));
}
BENCHMARK(decode_nlohmann);

void decode_simdjson_tree_only(benchmark::State& state) {
    simdjson::dom::parser parser;
    for (auto _ : state) {
        simdjson::dom::element root;
        benchmark::DoNotOptimize(parser.parse(kOrder.data(), kOrder.size()).get(root));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kOrder.size()));
}
BENCHMARK(decode_simdjson_tree_only);

void encode_typed(benchmark::State& state) {
    const Order value = order();
    std::size_t size = 0;
    for (auto _ : state) {
        std::string out;
        json::encode(out, value);
        benchmark::DoNotOptimize(out.data());
        size = out.size();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}
BENCHMARK(encode_typed);

void encode_nlohmann(benchmark::State& state) {
    const Order value = order();
    std::size_t size = 0;
    for (auto _ : state) {
        nlohmann::json j;
        j["id"] = value.id;
        j["customer"] = static_cast<const std::string&>(value.customer);
        j["email"] = static_cast<const std::string&>(value.email);
        j["address"] = {{"street", value.address.street},
                        {"city", value.address.city},
                        {"zip", value.address.zip}};
        j["tags"] = value.tags;
        j["gift"] = value.gift;
        j["total"] = value.total;
        j["note"] = *value.note;
        j["quantity"] = value.quantity.value();
        const std::string out = j.dump();
        benchmark::DoNotOptimize(out.data());
        size = out.size();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}
BENCHMARK(encode_nlohmann);

void encode_message(benchmark::State& state) {
    const Message message{"Hello, World!"};
    for (auto _ : state) {
        std::string out;
        json::encode(out, message);
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(encode_message);

void encode_message_reusing_string(benchmark::State& state) {
    const Message message{"Hello, World!"};
    std::string out;
    for (auto _ : state) {
        out.clear();
        json::encode(out, message);
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(encode_message_reusing_string);

void parse_value(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(JsonValue::parse(kOrder));
}
BENCHMARK(parse_value);

void parse_value_nlohmann(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(kOrder));
}
BENCHMARK(parse_value_nlohmann);

void dump_value(benchmark::State& state) {
    const JsonValue value = JsonValue::parse(kOrder).value();
    for (auto _ : state) benchmark::DoNotOptimize(value.dump());
}
BENCHMARK(dump_value);

void dump_value_nlohmann(benchmark::State& state) {
    const auto value = nlohmann::json::parse(kOrder);
    for (auto _ : state) benchmark::DoNotOptimize(value.dump());
}
BENCHMARK(dump_value_nlohmann);

}  // namespace
