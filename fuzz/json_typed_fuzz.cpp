// SPDX-License-Identifier: MIT
/// \file
/// Any bytes: typed decode into a struct with every kind of member gives a value or errors that
/// name a place; a value that was accepted survives encode and decode.
#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>
#include <pottle/reflect/constraints.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <variant>

namespace fuzz {

using namespace pottle;

enum class Role { Guest, Member, Admin };
struct Circle {
    static constexpr std::string_view tag = "circle";
    double radius = 0;
};
struct Square {
    static constexpr bool strict = true;
    float side = 0;
};
struct Node {
    std::string name;
    std::vector<Node> children;
};
struct Everything {
    std::optional<bool> flag;
    std::optional<std::int8_t> i8;
    std::optional<std::uint16_t> u16;
    std::optional<std::int32_t> i32;
    std::optional<std::uint64_t> u64;
    std::optional<double> real;
    std::optional<Role> role;
    std::optional<Text<1, 5>> text;
    std::optional<Pattern<"[a-z]+(-[a-z]+)*">> slug;
    std::optional<Email> mail;
    std::optional<UrlText> link;
    std::optional<Decimal> exact;
    std::optional<Choice<"red", "green">> colour;
    Int<-3, 9, 2> number;
    std::optional<Real<0, 1>> ratio;
    std::optional<List<int, 1, 3>> few;
    std::optional<std::array<int, 2>> pair;
    std::optional<std::map<std::string, int>> map;
    std::optional<std::variant<Circle, Square>> shape;
    std::optional<std::chrono::sys_time<std::chrono::nanoseconds>> at;
    std::optional<std::chrono::milliseconds> wait;
    std::optional<Uuid> id;
    std::optional<std::optional<int>> patch;
    std::optional<JsonValue> any;
    std::optional<Node> tree;

    void validate(Errors& errors) const {
        if (flag && !role) errors.add("role", "missing", "is required with flag");
    }
};

void require(bool condition, const char* sentence) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

void check_errors(const DecodeResult& result) {
    require(!result.errors.empty(), "a refusal has a reason");
    require(result.errors.size() <= kMaxErrors, "errors are bounded");
    for (const FieldError& error : result.errors) {
        require(!error.code.empty() && !error.message.empty(), "an error says what is wrong");
        require(error.pointer.empty() || error.pointer.front() == '/', "a pointer is a pointer");
    }
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace fuzz;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Everything first;
    const DecodeResult result = json::decode(text, first);
    if (!result) {
        check_errors(result);
        return 0;
    }
    const std::string encoded = json::encode(first);
    Everything second;
    require(static_cast<bool>(json::decode(encoded, second)), "what was encoded is decoded");
    require(json::encode(second) == encoded, "and is the same");
    return 0;
}
