using Parley.Gateways.GoIm.Messages;
using Parley.Wire.GoIm;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.GoIm.Connections;

/// <summary>One request of a client, to be answered once.</summary>
/// <param name="connection">Who asks.</param>
/// <param name="command">What is asked.</param>
/// <param name="slot">The answer's place among the answers; null when the command has no answer.</param>
/// <param name="repo">What the answer echoes.</param>
internal sealed class GoImCall(GoImConnection connection, GoImCommand command, GoImAnswers.Slot? slot, byte[] repo)
{
    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    /// <summary>What is echoed when the request had nothing to echo.</summary>
    public static byte[] NullRepo { get; } = "null"u8.ToArray();

    public GoImConnection Connection { get; } = connection;

    public GoImCommand Command { get; } = command;

    /// <summary>Whether the answer is known.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The session of a command that needs login.</summary>
    public GoImSession Session => Connection.Session ?? throw new InvalidOperationException("The connection has not logged in.");

    public GoImHost Host => Connection.Door.Host;

    /// <summary>Success, with nothing to tell.</summary>
    public void Succeed()
    {
        var writer = Begin(ok: true, default);
        Finish(writer);
    }

    /// <summary>Success, with one thing to tell.</summary>
    public void Succeed(string element)
    {
        var writer = Begin(ok: true, default);
        writer.Add(element);
        Finish(writer);
    }

    /// <summary>Success, with a text and a JSON list to tell; only the list when there is no text.</summary>
    public void Succeed(string? element, PooledBufferWriter list)
    {
        var writer = Begin(ok: true, default);
        if (element is not null)
            writer.Add(element);
        writer.Add(list.WrittenSpan);
        Finish(writer);
    }

    /// <summary>Failure.</summary>
    public void Fail(ReadOnlySpan<byte> text)
    {
        var writer = Begin(ok: false, text);
        Finish(writer, ok: false);
    }

    /// <summary>Failure, at once, for handlers that have not begun to wait.</summary>
    public ValueTask FailNow(ReadOnlySpan<byte> text)
    {
        Fail(text);
        return ValueTask.CompletedTask;
    }

    /// <summary>There is no answer to this.</summary>
    public void Pass(bool ok)
    {
        IsAnswered = true;
        Command.Count(ok);
        End(default);
    }

    private GoImWriter Begin(bool ok, ReadOnlySpan<byte> text)
    {
        var output = _buffer ??= new PooledBufferWriter(1024);
        output.Clear();
        return new GoImWriter(output, Command.Response, ok, text);
    }

    private void Finish(GoImWriter writer, bool ok = true)
    {
        // a list that does not fit in one frame cannot be told (goim-json §2.4)
        if (!writer.TryEnd(repo, Host.TimeMember))
        {
            ok = false;
            var failure = Begin(ok: false, GoImFailures.Error);
            failure.TryEnd(repo, Host.TimeMember);
        }
        IsAnswered = true;
        Command.Count(ok);
        End(_buffer!.WrittenSpan);
    }

    private void End(ReadOnlySpan<byte> frame)
    {
        if (slot is not null)
            Connection.Answers.End(slot, frame);
    }
}
