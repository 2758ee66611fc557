namespace Parley.Wire.Gob;

/// <summary>Reads the primitives of gob (openim §8.4). After a failure the position is of no meaning.</summary>
internal ref struct GobReader(ReadOnlySpan<byte> bytes)
{
    private const int LargestOneByteNumber = 0x7f;
    private const int LongestNumber = 8;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>An unsigned number: one byte up to 127, or a byte with 256 - n and then n bytes, big-endian; n is 1 to 8.</summary>
    public bool TryReadUnsigned(out ulong value)
    {
        value = 0;
        if (_rest.IsEmpty)
            return false;
        var width = 0;
        if (_rest[0] <= LargestOneByteNumber)
            value = _rest[0];
        else
            width = 256 - _rest[0];
        if (width > LongestNumber || width >= _rest.Length)
            return false;
        foreach (var part in _rest.Slice(1, width))
            value = (value << 8) | part;
        _rest = _rest[(1 + width)..];
        return true;
    }

    /// <summary>A signed number: shifted left by one, and with all bits turned when the lowest is set.</summary>
    public bool TryReadSigned(out long value)
    {
        var isRead = TryReadUnsigned(out var bits);
        value = (long)(bits >> 1) ^ -(long)(bits & 1);
        return isRead;
    }

    /// <summary>A length and as many bytes: a text, bytes, or a message of the frame.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadUnsigned(out var length) || length > (ulong)_rest.Length)
            return false;
        value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>The step to the next field of a struct.</summary>
    /// <param name="index">The field before, -1 at first; then the one whose value follows.</param>
    /// <param name="count">How many fields the struct has; steps beyond are refused.</param>
    /// <param name="isField">False at the end of the struct.</param>
    public bool TryStep(ref int index, int count, out bool isField)
    {
        isField = false;
        if (!TryReadUnsigned(out var delta) || delta > (ulong)(count - 1 - index))
            return false;
        index += (int)delta;
        isField = delta > 0;
        return true;
    }
}
