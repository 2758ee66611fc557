using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Parley.Wire.MessagePack;

namespace Parley.Wire.GoIm;

/// <summary>
/// Takes the frames of one connection and gives the JSON values in them (goim-json §2.2): a value may lie in several frames, a frame may
/// hold several values, and the bytes may come cut anywhere. A value that lies in one piece is not copied. Not thread-safe.
/// </summary>
/// <param name="maxValueLength">Limit of one value in bytes, inclusive.</param>
public sealed class GoImReader(int maxValueLength) : IDisposable
{
    private const int AlwaysChecked = 256;

    private readonly PooledBufferWriter _pending = new(); // the beginning of a value whose end has not come
    private GoImValueScanner _scanner;
    private int _frameLeft;
    private int _checkedAt;
    private bool _wasGiven;

    /// <summary>Gives the next value and takes its bytes, and all bytes before it, off the buffer.</summary>
    /// <param name="buffer">Bytes received; afterwards those that were not looked at.</param>
    /// <param name="value">One whole JSON object, or <c>null</c>; valid until the next call and while the buffer is.</param>
    public GoImReadStatus TryRead(ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_wasGiven)
        {
            _wasGiven = false;
            _pending.Clear();
            _checkedAt = 0;
        }
        while (TryGetChunk(ref buffer, out var chunk))
        {
            var status = _scanner.Scan(chunk, out var start, out var end);
            if (status == GoImReadStatus.Invalid)
                return status;
            var part = chunk[start..end];
            if (_pending.WrittenCount + part.Length > maxValueLength)
                return GoImReadStatus.TooLong;
            buffer = buffer.Slice(end);
            _frameLeft -= end;
            if (status == GoImReadStatus.Value && _pending.WrittenCount == 0)
            {
                value = part;
                return status;
            }
            _pending.Write(part);
            if (status == GoImReadStatus.Value)
            {
                _wasGiven = true;
                value = _pending.WrittenSpan;
                return status;
            }
            if (!IsPlausible())
                return GoImReadStatus.Invalid;
        }
        return GoImReadStatus.NeedMore;
    }

    /// <summary>Gives the buffer of unfinished values back.</summary>
    public void Dispose() => _pending.Dispose();

    /// <summary>The next bytes of payload that lie in one piece. Takes the headers of frames off the buffer.</summary>
    private bool TryGetChunk(ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        Span<byte> header = stackalloc byte[GoImFrame.HeaderLength];
        while (_frameLeft == 0)
        {
            if (buffer.Length < GoImFrame.HeaderLength)
                return false;
            buffer.Slice(0, GoImFrame.HeaderLength).CopyTo(header);
            _frameLeft = BinaryPrimitives.ReadUInt16BigEndian(header);
            buffer = buffer.Slice(GoImFrame.HeaderLength);
        }
        foreach (var memory in buffer)
        {
            if (memory.IsEmpty)
                continue;
            chunk = memory.Span[..Math.Min(memory.Length, _frameLeft)];
            return true;
        }
        return false;
    }

    /// <summary>
    /// Whether the beginning of a value can still become JSON, so that garbage is refused without waiting for its end. Looked at again
    /// only when much has been added: the work stays in proportion to the bytes.
    /// </summary>
    private bool IsPlausible()
    {
        var length = _pending.WrittenCount;
        if (_scanner.IsInString || (length > AlwaysChecked && length < 2 * _checkedAt))
            return true;
        _checkedAt = length;
        var reader = new Utf8JsonReader(_pending.WrittenSpan, isFinalBlock: false, new JsonReaderState(GoImRequest.ReaderOptions));
        try
        {
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
