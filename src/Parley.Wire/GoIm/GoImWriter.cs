using System.Buffers.Binary;
using System.Buffers.Text;
using Parley.Wire.MessagePack;

namespace Parley.Wire.GoIm;

/// <summary>
/// Writes one message of the server in one frame: <c>{"cmd":…,"ok":…,"msg":…,"obj":[…],"repo":…,"time":…}</c> and a line feed
/// (goim-json §2.3, §3.2). Write the elements of <c>obj</c> with <see cref="Add(ReadOnlySpan{byte})"/>, then call <see cref="TryEnd"/>.
/// </summary>
public ref struct GoImWriter
{
    private readonly PooledBufferWriter _output;
    private readonly int _start;
    private bool _hasElements;

    /// <summary>Begins a frame at the end of the buffer.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="command">The name of the response or push; ASCII without anything to escape.</param>
    /// <param name="ok">Success or failure.</param>
    /// <param name="text">The failure, "" on success.</param>
    public GoImWriter(PooledBufferWriter output, scoped ReadOnlySpan<byte> command, bool ok, scoped ReadOnlySpan<byte> text)
    {
        _output = output;
        _start = output.WrittenCount;
        output.Write([0, 0]);
        output.Write("{\"cmd\":\""u8);
        output.Write(command);
        output.Write(ok ? "\",\"ok\":true,\"msg\":"u8 : "\",\"ok\":false,\"msg\":"u8);
        GoImText.Write(output, text);
        output.Write(",\"obj\":["u8);
    }

    /// <summary>Adds an element of <c>obj</c>, in UTF-8.</summary>
    public void Add(scoped ReadOnlySpan<byte> text)
    {
        Separate();
        GoImText.Write(_output, text);
    }

    /// <summary>Adds an element of <c>obj</c>.</summary>
    public void Add(string text)
    {
        Separate();
        GoImText.Write(_output, text);
    }

    /// <summary>Adds a number as a decimal text.</summary>
    public void Add(long number)
    {
        Separate();
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var written);
        _output.Write("\""u8);
        _output.Write(digits[..written]);
        _output.Write("\""u8);
    }

    /// <summary>Ends the frame. False when it would be too long; nothing of it is left in the buffer then.</summary>
    /// <param name="repo">The JSON text to echo; <c>null</c> is written instead when only that makes the frame fit (§3.3).</param>
    /// <param name="time">Unix seconds for the last member; null leaves it out (§3.4).</param>
    public readonly bool TryEnd(scoped ReadOnlySpan<byte> repo, long? time)
    {
        _output.Write("],\"repo\":"u8);
        var beforeRepo = _output.WrittenCount;
        if (TryFinish(repo, time))
            return true;
        _output.Truncate(beforeRepo);
        if (TryFinish("null"u8, time))
            return true;
        _output.Truncate(_start);
        return false;
    }

    private readonly bool TryFinish(scoped ReadOnlySpan<byte> repo, long? time)
    {
        _output.Write(repo);
        if (time is { } seconds)
        {
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(seconds, digits, out var written);
            _output.Write(",\"time\":"u8);
            _output.Write(digits[..written]);
        }
        _output.Write("}\n"u8);
        var length = _output.WrittenCount - _start - GoImFrame.HeaderLength;
        if (length > GoImFrame.MaxPayloadLength)
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(_output.GetWrittenSpan(_start), (ushort)length);
        return true;
    }

    private void Separate()
    {
        if (_hasElements)
            _output.Write(","u8);
        _hasElements = true;
    }
}
