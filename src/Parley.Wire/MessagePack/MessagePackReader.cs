using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Parley.Wire.MessagePack;

/// <summary>
/// Reads MessagePack forward over a span, without allocating and without throwing on any input. A method that returns false has not
/// moved: the same value can be tried as another type. Non-minimal widths are accepted everywhere (fpnn §9.1, §9.3).
/// </summary>
public ref partial struct MessagePackReader
{
    /// <summary>How many containers may stand inside each other; one more and the value cannot be skipped.</summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _data;
    private int _position;

    /// <summary>Starts at the first byte of <paramref name="data"/>.</summary>
    public MessagePackReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        _position = 0;
    }

    /// <summary>Bytes read so far.</summary>
    public readonly int Consumed => _position;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _data.Length - _position;

    /// <summary>Tells the type of the next value without reading it; false at the end and on <c>C1</c>.</summary>
    public readonly bool TryPeekType(out MessagePackType type)
    {
        type = default;
        if ((uint)_position >= (uint)_data.Length)
            return false;
        var code = _data[_position];
        if (code == 0xc1)
            return false;
        type = code switch
        {
            <= 0x7f or >= 0xe0 => MessagePackType.Integer,
            <= 0x8f => MessagePackType.Map,
            <= 0x9f => MessagePackType.Array,
            <= 0xbf => MessagePackType.String,
            0xc0 => MessagePackType.Nil,
            0xc2 or 0xc3 => MessagePackType.Boolean,
            <= 0xc6 => MessagePackType.Binary,
            <= 0xc9 => MessagePackType.Extension,
            <= 0xcb => MessagePackType.Float,
            <= 0xd3 => MessagePackType.Integer,
            <= 0xd8 => MessagePackType.Extension,
            <= 0xdb => MessagePackType.String,
            <= 0xdd => MessagePackType.Array,
            _ => MessagePackType.Map,
        };
        return true;
    }

    /// <summary>Reads a map header. <paramref name="count"/> pairs need at least two bytes each of what remains, else false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadMapHeader(out int count) => TryReadHeader(0x80, 0xde, 2, out count);

    /// <summary>Reads an array header. <paramref name="count"/> elements need at least one byte each of what remains, else false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadArrayHeader(out int count) => TryReadHeader(0x90, 0xdc, 1, out count);

    /// <summary>Reads nil.</summary>
    public bool TryReadNil()
    {
        if ((uint)_position >= (uint)_data.Length || _data[_position] != 0xc0)
            return false;
        _position++;
        return true;
    }

    /// <summary>Reads a bool; integers are not bools here (<see cref="Fpnn.FpnnValue"/> is lenient).</summary>
    public bool TryReadBool(out bool value)
    {
        value = false;
        if ((uint)_position >= (uint)_data.Length || _data[_position] is not (0xc2 or 0xc3))
            return false;
        value = _data[_position++] == 0xc3;
        return true;
    }

    /// <summary>Reads an integer of any width and sign that fits into a <see cref="long"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadInt64(out long value)
    {
        if ((uint)_position < (uint)_data.Length && _data[_position] <= 0x7f)
        {
            value = _data[_position++];
            return true;
        }

        var size = ReadInteger(out var bits, out var negative);
        value = (long)bits;
        if (size == 0 || (!negative && value < 0))
        {
            value = 0;
            return false;
        }

        _position += size;
        return true;
    }

    /// <summary>Reads an integer of any width and sign that fits into a <see cref="ulong"/>.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        var size = ReadInteger(out value, out var negative);
        if (size == 0 || negative)
        {
            value = 0;
            return false;
        }

        _position += size;
        return true;
    }

    /// <summary>Reads a float32 or float64; integers are not floats here.</summary>
    public bool TryReadDouble(out double value)
    {
        var rest = _data[_position..];
        if (rest.Length >= 9 && rest[0] == 0xcb)
        {
            value = BinaryPrimitives.ReadDoubleBigEndian(rest[1..]);
            _position += 9;
            return true;
        }

        if (rest.Length >= 5 && rest[0] == 0xca)
        {
            value = BinaryPrimitives.ReadSingleBigEndian(rest[1..]);
            _position += 5;
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>Reads the bytes of a STR or BIN, in any width, old raw included; the bytes are not checked to be UTF-8.</summary>
    /// <param name="bytes">The content, a slice of the input.</param>
    /// <param name="isBinary">True when it was BIN.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadRaw(out ReadOnlySpan<byte> bytes, out bool isBinary)
    {
        if ((uint)_position < (uint)_data.Length)
        {
            var code = _data[_position];
            if ((code & 0xe0) == 0xa0)
            {
                var length = code & 0x1f;
                if (length < _data.Length - _position)
                {
                    bytes = _data.Slice(_position + 1, length);
                    isBinary = false;
                    _position += 1 + length;
                    return true;
                }
            }
            else
            {
                return TryReadLongRaw(code, out bytes, out isBinary);
            }
        }

        bytes = default;
        isBinary = false;
        return false;
    }

    /// <summary>Reads an extension value: its type and its content.</summary>
    public bool TryReadExt(out sbyte type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        var rest = _data[_position..];
        if (rest.IsEmpty)
            return false;
        var lengthBytes = rest[0] switch
        {
            >= 0xd4 and <= 0xd8 => 0,
            0xc7 => 1,
            0xc8 => 2,
            0xc9 => 4,
            _ => -1,
        };
        if (lengthBytes < 0 || rest.Length < 2 + lengthBytes)
            return false;
        var length = lengthBytes == 0 ? 1u << (rest[0] - 0xd4) : ReadUnsigned(rest[1..], lengthBytes);
        if (length > (uint)(rest.Length - 2 - lengthBytes))
            return false;
        type = (sbyte)rest[1 + lengthBytes];
        data = rest.Slice(2 + lengthBytes, (int)length);
        _position += 2 + lengthBytes + (int)length;
        return true;
    }

    private static uint ReadUnsigned(ReadOnlySpan<byte> bytes, int width) => width switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
    };

    private bool TryReadHeader(byte small, byte wide, uint bytesPerElement, out int count)
    {
        count = 0;
        var rest = _data[_position..];
        if (rest.IsEmpty)
            return false;
        var code = rest[0];
        uint elements;
        int size;
        if ((code & 0xf0) == small)
        {
            elements = code & 0x0fu;
            size = 1;
        }
        else if (code == wide && rest.Length >= 3)
        {
            elements = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            size = 3;
        }
        else if (code == wide + 1 && rest.Length >= 5)
        {
            elements = BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
            size = 5;
        }
        else
        {
            return false;
        }

        // The count is checked before anybody can allocate for it.
        if ((ulong)elements * bytesPerElement > (ulong)(rest.Length - size))
            return false;
        count = (int)elements;
        _position += size;
        return true;
    }

    private bool TryReadLongRaw(byte code, out ReadOnlySpan<byte> bytes, out bool isBinary)
    {
        bytes = default;
        isBinary = code is >= 0xc4 and <= 0xc6;
        var lengthBytes = code switch
        {
            0xd9 or 0xc4 => 1,
            0xda or 0xc5 => 2,
            0xdb or 0xc6 => 4,
            _ => 0,
        };
        var rest = _data[(_position + 1)..];
        if (lengthBytes == 0 || rest.Length < lengthBytes)
            return false;
        var length = ReadUnsigned(rest, lengthBytes);
        if (length > (uint)(rest.Length - lengthBytes))
            return false;
        bytes = rest.Slice(lengthBytes, (int)length);
        _position += 1 + lengthBytes + (int)length;
        return true;
    }

    // The size of the integer with its code, 0 when there is none; negative values come as their two's complement.
    private readonly int ReadInteger(out ulong bits, out bool negative)
    {
        bits = 0;
        negative = false;
        var rest = _data[_position..];
        if (rest.IsEmpty)
            return 0;
        var code = rest[0];
        long signed;
        switch (code)
        {
            case <= 0x7f:
                bits = code;
                return 1;
            case >= 0xe0:
                bits = (ulong)(sbyte)code;
                negative = true;
                return 1;
            case 0xcc when rest.Length >= 2:
                bits = rest[1];
                return 2;
            case 0xcd when rest.Length >= 3:
                bits = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
                return 3;
            case 0xce when rest.Length >= 5:
                bits = BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
                return 5;
            case 0xcf when rest.Length >= 9:
                bits = BinaryPrimitives.ReadUInt64BigEndian(rest[1..]);
                return 9;
            case 0xd0 when rest.Length >= 2:
                signed = (sbyte)rest[1];
                break;
            case 0xd1 when rest.Length >= 3:
                signed = BinaryPrimitives.ReadInt16BigEndian(rest[1..]);
                break;
            case 0xd2 when rest.Length >= 5:
                signed = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
                break;
            case 0xd3 when rest.Length >= 9:
                signed = BinaryPrimitives.ReadInt64BigEndian(rest[1..]);
                break;
            default:
                return 0;
        }

        bits = (ulong)signed;
        negative = signed < 0;
        return 1 + (1 << (code - 0xd0));
    }
}
