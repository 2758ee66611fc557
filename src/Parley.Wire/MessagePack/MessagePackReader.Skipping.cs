using System.Runtime.CompilerServices;

namespace Parley.Wire.MessagePack;

// Measuring and skipping values of any shape.
public ref partial struct MessagePackReader
{
    private const int Scalar = -1;

    /// <summary>Measures the first value of <paramref name="data"/>, containers included.</summary>
    /// <returns>False when the value is cut off, malformed (<c>C1</c>) or deeper than <see cref="MaxDepth"/>.</returns>
    public static bool TryGetLength(ReadOnlySpan<byte> data, out int length)
    {
        var reader = new MessagePackReader(data);
        var complete = reader.TrySkip();
        length = reader.Consumed;
        return complete;
    }

    /// <summary>Skips one value, containers included; false when it is cut off, malformed or deeper than <see cref="MaxDepth"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkip() => TrySkip(MaxDepth);

    /// <summary>Skips one value as <see cref="TrySkip()"/> does and hands out its encoded bytes.</summary>
    public bool TryReadEncoded(out ReadOnlySpan<byte> encoded)
    {
        var start = _position;
        var read = TrySkip();
        encoded = _data[start.._position];
        return read;
    }

    /// <summary>Skips one value in which at most <paramref name="maxDepth"/> containers stand inside each other.</summary>
    /// <param name="maxDepth">0 (no container at all) to <see cref="MaxDepth"/>.</param>
    public bool TrySkip(int maxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)maxDepth, (uint)MaxDepth);
        var start = _position;
        if (!TryStep(out var children))
            return false;
        if (children == Scalar)
            return true;
        if (maxDepth > 0 && (children == 0 || TrySkipChildren(children, maxDepth)))
            return true;
        _position = start;
        return false;
    }

    // Iterative: open[i] is how many values are still to come in the container at depth i. Hostile depth costs a comparison, not stack.
    private bool TrySkipChildren(int children, int maxDepth)
    {
        Span<int> open = stackalloc int[MaxDepth];
        open[0] = children;
        var depth = 1;
        while (depth > 0)
        {
            ref var left = ref open[depth - 1];
            if (left == 0)
            {
                depth--;
                continue;
            }

            left--;
            if (!TryStep(out children))
                return false;
            if (children == Scalar)
                continue;
            if (depth == maxDepth)
                return false;
            open[depth++] = children;
        }

        return true;
    }

    // Moves over one scalar, or over the header of one container, and tells how many values are inside it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryStep(out int children)
    {
        children = Scalar;
        if ((uint)_position >= (uint)_data.Length)
            return false;
        var code = _data[_position];
        if (code is <= 0x7f or >= 0xe0)
        {
            _position++;
            return true;
        }

        if ((code & 0xe0) == 0xa0)
            return TryMove(1u + (code & 0x1fu));
        return TryStepRare(code, out children);
    }

    private bool TryStepRare(byte code, out int children)
    {
        children = Scalar;
        switch (code)
        {
            case <= 0x8f or 0xde or 0xdf:
                return ReadChildren(TryReadMapHeader(out var pairs), pairs * 2, out children);
            case <= 0x9f or 0xdc or 0xdd:
                return ReadChildren(TryReadArrayHeader(out var elements), elements, out children);
            case 0xc0 or 0xc2 or 0xc3:
                return TryMove(1);
            case 0xcc or 0xd0:
                return TryMove(2);
            case 0xcd or 0xd1:
                return TryMove(3);
            case 0xca or 0xce or 0xd2:
                return TryMove(5);
            case 0xcb or 0xcf or 0xd3:
                return TryMove(9);
            case 0xc4 or 0xd9:
                return TryMoveOver(1, 0);
            case 0xc5 or 0xda:
                return TryMoveOver(2, 0);
            case 0xc6 or 0xdb:
                return TryMoveOver(4, 0);
            case 0xc7:
                return TryMoveOver(1, 1);
            case 0xc8:
                return TryMoveOver(2, 1);
            case 0xc9:
                return TryMoveOver(4, 1);
            case >= 0xd4 and <= 0xd8:
                return TryMove(2u + (1u << (code - 0xd4)));
            default:
                return false;
        }

        static bool ReadChildren(bool read, int count, out int children)
        {
            children = read ? count : Scalar;
            return read;
        }
    }

    private bool TryMove(uint size)
    {
        if (size > (uint)(_data.Length - _position))
            return false;
        _position += (int)size;
        return true;
    }

    private bool TryMoveOver(int lengthBytes, uint extra)
    {
        var rest = _data[(_position + 1)..];
        if (rest.Length < lengthBytes)
            return false;
        var size = 1UL + (uint)lengthBytes + extra + ReadUnsigned(rest, lengthBytes);
        return size <= (uint)(_data.Length - _position) && TryMove((uint)size);
    }
}
