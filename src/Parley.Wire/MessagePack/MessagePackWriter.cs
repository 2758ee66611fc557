using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Parley.Wire.MessagePack;

/// <summary>
/// Writes MessagePack in the one form that every known FPNN client reads (fpnn §9.3, §12.4): the smallest, except that −32…−1 are
/// written as <c>D0 xx</c> (the C# SDK misreads negative fixints) and positive 64-bit values as int64 <c>D3</c> (Java reads uint64 as
/// BigInteger).
/// </summary>
/// <remarks>
/// Bytes are collected in a span of the output and handed over by <see cref="Flush"/>, which must be called at the end and before the
/// output is used directly in between. Containers are written as a header followed by exactly as many values; nothing checks that.
/// </remarks>
public ref struct MessagePackWriter
{
    private const int MinimumChunk = 256;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _used;

    /// <summary>Writes behind what <paramref name="output"/> already holds.</summary>
    public MessagePackWriter(IBufferWriter<byte> output)
    {
        _output = output;
        _span = default;
        _used = 0;
    }

    /// <summary>Hands everything written so far to the output.</summary>
    public void Flush()
    {
        if (_used > 0)
            _output.Advance(_used);
        _span = default;
        _used = 0;
    }

    /// <summary>Writes nil. FPNN clients do not expect it: leave optional keys out instead (fpnn §9.4).</summary>
    public void WriteNil() => WriteByte(0xc0);

    /// <summary>Writes a bool.</summary>
    public void Write(bool value) => WriteByte(value ? (byte)0xc3 : (byte)0xc2);

    /// <summary>Writes an integer: smallest form, −32…−1 as <c>D0</c>, above 2^32−1 as <c>D3</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(long value)
    {
        if ((ulong)value <= 0x7f)
            WriteByte((byte)value);
        else
            WriteLong(value);
    }

    /// <summary>Writes an integer as <see cref="Write(long)"/> does, and as uint64 <c>CF</c> what does not fit there.</summary>
    public void Write(ulong value)
    {
        if (value <= long.MaxValue)
        {
            Write((long)value);
            return;
        }

        var span = Reserve(9);
        span[0] = 0xcf;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
        _used += 9;
    }

    /// <summary>Writes an integer as int32 <c>D2</c> in any case (large error codes, fpnn §2.1).</summary>
    public void WriteInt32Fixed(int value)
    {
        var span = Reserve(5);
        span[0] = 0xd2;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], value);
        _used += 5;
    }

    /// <summary>Writes a float64, also when the value is integral.</summary>
    public void Write(double value)
    {
        var span = Reserve(9);
        span[0] = 0xcb;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        _used += 9;
    }

    /// <summary>Writes a STR of bytes that are UTF-8 already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= 31)
        {
            var span = Reserve(1 + utf8.Length);
            span[0] = (byte)(0xa0 | utf8.Length);
            utf8.CopyTo(span[1..]);
            _used += 1 + utf8.Length;
            return;
        }

        WriteStringHeader(utf8.Length);
        WriteRaw(utf8);
    }

    /// <summary>Writes a STR; lone surrogates become U+FFFD.</summary>
    public void WriteString(ReadOnlySpan<char> text)
    {
        // Short enough that the fixstr form holds however many bytes a character takes: one pass.
        if (text.Length <= 10)
        {
            var span = Reserve(1 + (text.Length * 3));
            var written = Encoding.UTF8.GetBytes(text, span[1..]);
            span[0] = (byte)(0xa0 | written);
            _used += 1 + written;
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        WriteStringHeader(length);
        Encoding.UTF8.GetBytes(text, Reserve(length));
        _used += length;
    }

    /// <summary>Writes a STR; lone surrogates become U+FFFD.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null: the caller decides between "" and leaving out.</exception>
    public void WriteString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteString(text.AsSpan());
    }

    /// <summary>Writes a BIN.</summary>
    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        WriteLength(0xc4, bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>Writes a map header; <paramref name="count"/> keys with their values must follow.</summary>
    public void WriteMapHeader(int count) => WriteHeader(0x80, 0xde, count);

    /// <summary>Writes an array header; <paramref name="count"/> values must follow.</summary>
    public void WriteArrayHeader(int count) => WriteHeader(0x90, 0xdc, count);

    /// <summary>Writes bytes that are MessagePack already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > _span.Length - _used && encoded.Length > MinimumChunk)
        {
            Flush();
            _output.Write(encoded);
            return;
        }

        encoded.CopyTo(Reserve(encoded.Length));
        _used += encoded.Length;
    }

    private void WriteLong(long value)
    {
        var span = Reserve(9);
        switch (value)
        {
            case >= 0 and <= byte.MaxValue:
                span[0] = 0xcc;
                span[1] = (byte)value;
                _used += 2;
                break;
            case >= 0 and <= ushort.MaxValue:
                span[0] = 0xcd;
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)value);
                _used += 3;
                break;
            case >= 0 and <= uint.MaxValue:
                span[0] = 0xce;
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)value);
                _used += 5;
                break;
            case < 0 and >= sbyte.MinValue:
                span[0] = 0xd0;
                span[1] = (byte)value;
                _used += 2;
                break;
            case < 0 and >= short.MinValue:
                span[0] = 0xd1;
                BinaryPrimitives.WriteInt16BigEndian(span[1..], (short)value);
                _used += 3;
                break;
            case < 0 and >= int.MinValue:
                span[0] = 0xd2;
                BinaryPrimitives.WriteInt32BigEndian(span[1..], (int)value);
                _used += 5;
                break;
            default:
                span[0] = 0xd3;
                BinaryPrimitives.WriteInt64BigEndian(span[1..], value);
                _used += 9;
                break;
        }
    }

    private void WriteStringHeader(int length)
    {
        if (length <= 31)
            WriteByte((byte)(0xa0 | length));
        else
            WriteLength(0xd9, length);
    }

    // code, code + 1 and code + 2 are followed by 1, 2 and 4 bytes of length.
    private void WriteLength(byte code, int length)
    {
        var span = Reserve(5);
        switch (length)
        {
            case <= byte.MaxValue:
                span[0] = code;
                span[1] = (byte)length;
                _used += 2;
                break;
            case <= ushort.MaxValue:
                span[0] = (byte)(code + 1);
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)length);
                _used += 3;
                break;
            default:
                span[0] = (byte)(code + 2);
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)length);
                _used += 5;
                break;
        }
    }

    private void WriteHeader(byte small, byte wide, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var span = Reserve(5);
        switch (count)
        {
            case <= 15:
                span[0] = (byte)(small | count);
                _used++;
                break;
            case <= ushort.MaxValue:
                span[0] = wide;
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)count);
                _used += 3;
                break;
            default:
                span[0] = (byte)(wide + 1);
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)count);
                _used += 5;
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteByte(byte value)
    {
        if ((uint)_used >= (uint)_span.Length)
            Grow(1);
        _span[_used++] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int size)
    {
        if (_span.Length - _used < size)
            Grow(size);
        return _span.Slice(_used, size);
    }

    private void Grow(int size)
    {
        Flush();
        _span = _output.GetSpan(Math.Max(size, MinimumChunk));
    }
}
