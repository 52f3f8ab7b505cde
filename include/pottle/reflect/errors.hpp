// SPDX-License-Identifier: MIT
/// \file
/// What is wrong with a decoded value: FieldError, the collector Errors that codecs and a struct's
/// own `validate(Errors&) const` fill, and DecodeResult.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// One mistake in a document. Branch on `code`; the wording of `message` is not API.
///
/// Codes: missing, unknown, type, range, length, items, pattern, format, choice, tag, duplicate,
/// depth, syntax, encoding, trailing, and those of the application's own validate().
struct FieldError {
    std::string pointer;  ///< JSON Pointer (RFC 6901) into the document, "" for the whole
    std::string code;
    std::string message;  ///< a clause without its subject: "must be between 1 and 5"

    friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// Default of the number of errors that one document may collect. The rest is not counted: a client
/// that sends a million wrong values gets no answer of a million lines.
inline constexpr std::size_t kMaxErrors = 100;

/// Collects errors with their place in the document.
class Errors {
public:
    explicit Errors(std::size_t limit = kMaxErrors) noexcept : limit_(limit) {}
    Errors(const Errors&) = delete;
    Errors& operator=(const Errors&) = delete;

    /// Reports a mistake in a member of the struct whose validate() is running; an empty `field`
    /// means the struct as a whole.
    void add(std::string_view field, std::string_view code, std::string_view message);

    bool empty() const noexcept { return list_.empty(); }
    std::size_t size() const noexcept { return list_.size(); }
    std::vector<FieldError> take() noexcept { return std::move(list_); }

    /// Descends into a member or an element for as long as it lives. For codecs.
    class Step {
    public:
        /// `key` must outlive the step.
        Step(Errors& errors, std::string_view key) noexcept
            : errors_(errors), parent_(errors.step_), key_(key) {
            errors.step_ = this;
        }
        Step(Errors& errors, std::size_t index) noexcept
            : errors_(errors), parent_(errors.step_), index_(index) {
            errors.step_ = this;
        }
        ~Step() { errors_.step_ = parent_; }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

    private:
        friend class Errors;
        static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);

        Errors& errors_;
        const Step* parent_;
        std::string_view key_;
        std::size_t index_ = kNoIndex;
    };

private:
    static void append_pointer(std::string& out, const Step* step);

    std::vector<FieldError> list_;
    const Step* step_ = nullptr;
    std::size_t limit_;
};

/// Appends one reference token to a JSON Pointer: '/' and the token, '~' and '/' escaped (RFC 6901
/// 3).
void append_pointer_token(std::string& pointer, std::string_view token);

enum class DecodeStatus : std::uint8_t {
    Ok,
    Malformed,  ///< not a document of its format at all: HTTP 400
    Invalid,    ///< a document, but not one of this type: HTTP 422
};

/// The outcome of decoding. Unless it is Ok the decoded value is in a mixed state: throw it away.
struct [[nodiscard]] DecodeResult {
    DecodeStatus status = DecodeStatus::Ok;
    std::vector<FieldError> errors = {};

    explicit operator bool() const noexcept { return status == DecodeStatus::Ok; }
};

}  // namespace pottle
