// SPDX-License-Identifier: MIT
/// \file
/// StreamIo: a Stream as coroutines use it. read_some() and write_all() are the same for one
/// operation at a time.
#pragma once

#include <pottle/async/leaf.hpp>
#include <pottle/async/stream.hpp>
#include <pottle/async/task.hpp>

namespace pottle::async {

/// What a failed read or write throws.
class StreamError : public std::exception {
public:
    explicit StreamError(Error error) noexcept : error_(error) {}
    ~StreamError() override;
    const Error& error() const noexcept { return error_; }
    /// The error's text, which has static storage.
    const char* what() const noexcept override;

private:
    Error error_;
};

/// Observes a stream for as long as it lives. One read and one write may be under way at a time. A
/// resource; the stream must outlive it.
/// Thread: the stream's executor.
class StreamIo final : private StreamObserver {
public:
    explicit StreamIo(Stream& stream) noexcept : stream_(stream) { stream.observe(this); }
    ~StreamIo() { stream_.observe(nullptr); }
    StreamIo(const StreamIo&) = delete;
    StreamIo& operator=(const StreamIo&) = delete;

    Stream& stream() noexcept { return stream_; }

    /// Reads what is there, at least one byte; waits while there is nothing.
    ///
    /// Returns: the number of bytes; 0 when the peer has finished sending.
    /// Errors: throws StreamError.
    /// Lifetime: the memory of `into` must live until the task is done.
    /// Cancel: safe while waiting; no byte is lost.
    Task<std::size_t> read_some(std::span<char> into);

    /// Writes all of `data`; waits while the peer is slow.
    ///
    /// Errors: throws StreamError; how much was written is unknown then.
    /// Cancel: ends between two pieces, with an unknown part written.
    Task<> write_all(std::string data);

private:
    /// Waits until the observer is told; one for each direction.
    class Ready final : public Leaf {
    public:
        explicit Ready(Ready*& place) noexcept : place_(place) {}
        Ready(Ready&&) = delete;
        void await_resume() const { check(); }
        static void tell(Ready*& place) noexcept;

    private:
        bool arm() override;
        void disarm() noexcept override { place_ = nullptr; }
        Ready*& place_;
    };

    void on_readable() noexcept override { Ready::tell(reader_); }
    void on_writable() noexcept override { Ready::tell(writer_); }
    void on_peer_closed() noexcept override {}

    Stream& stream_;
    Ready* reader_ = nullptr;
    Ready* writer_ = nullptr;
};

/// One read or write on a stream that nobody else observes; see StreamIo.
Task<std::size_t> read_some(Stream& stream, std::span<char> into);
Task<> write_all(Stream& stream, std::string data);

}  // namespace pottle::async
