using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using Parley.Bench.Measuring;
using Parley.Bench.Serving;

namespace Parley.Bench.Client;

/// <summary>One keep-alive connection of a back end, which posts one message at a time.</summary>
/// <param name="door">Where it posts.</param>
/// <param name="number">Its number; what is new each time counts from it.</param>
/// <param name="template">What it posts.</param>
/// <param name="meter">Series 0 takes the answers.</param>
/// <param name="load">Whether to post.</param>
internal sealed class PostConnection(IPEndPoint door, int number, PostTemplate template, LoadMeter meter, LoadSwitch load)
    : LoadSocket(receiveBytes: 4096)
{
    private const long FirstNumber = 1_000_000_000_000_000_000; // of nineteen digits
    private const long NumbersEach = 1_000_000_000;

    private long _sentAt;
    private long _sent;

    /// <summary>Whether no answer is waited for.</summary>
    public bool IsIdle => Volatile.Read(ref _sentAt) == 0;

    /// <summary>Messages posted so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public override IPEndPoint DoorOf(ServerTarget target) => door;

    /// <summary>A back end does not log in: each request says who it is.</summary>
    public override Task LogInAsync(ServerTarget target, long user, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override int Take(ReadOnlySpan<byte> received, long now)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return 0;
        var head = received[..end];
        var body = end + 4;
        var length = LengthOf(head);
        if (received.Length < body + length)
            return 0;
        var error = template.ErrorOf(received.Slice(body, length));
        if (error is null && !head.StartsWith("HTTP/1.1 200"u8))
            throw new BenchException("the server answered with an error status");
        if (error is null)
            meter.Record(0, _sentAt, now);
        else
            meter.Fail(error);
        Volatile.Write(ref _sentAt, 0);
        return body + length;
    }

    protected override void OnTurn()
    {
        if (!load.IsOn || !IsIdle)
            return;
        Volatile.Write(ref _sentAt, Stopwatch.GetTimestamp());
        var seconds = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        template.Write(Reserve(template.Length), FirstNumber + (number * NumbersEach) + _sent++, seconds);
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length : throw new BenchException("the server's answer has no length");
    }
}
