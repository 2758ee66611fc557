using System.Buffers;

namespace Parley.Wire.MessagePack;

/// <summary>
/// A growing buffer out of the shared array pool. It holds no array until something is written, and gives an array over
/// <see cref="KeepCapacity"/> back when cleared, so that one large package does not stay with a connection for ever. Not thread-safe.
/// </summary>
public sealed class PooledBufferWriter : IBufferWriter<byte>, IDisposable
{
    /// <summary>The largest array, in bytes, that survives <see cref="Clear"/>.</summary>
    public const int KeepCapacity = 64 * 1024;

    private const int SmallestCapacity = 256;

    private byte[] _buffer = [];
    private int _count;
    private bool _disposed;

    /// <summary>Starts empty, without an array.</summary>
    public PooledBufferWriter()
    {
    }

    /// <summary>Starts empty, with room for <paramref name="initialCapacity"/> bytes.</summary>
    public PooledBufferWriter(int initialCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initialCapacity);
        if (initialCapacity > 0)
            _buffer = ArrayPool<byte>.Shared.Rent(initialCapacity);
    }

    /// <summary>How many bytes were written.</summary>
    public int WrittenCount => _count;

    /// <summary>How many bytes fit without growing.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>The bytes written; valid until the next write, <see cref="Clear"/> or <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _count);

    /// <summary>The bytes written; valid until the next write, <see cref="Clear"/> or <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _count);

    /// <summary>The bytes written from <paramref name="start"/> on, open to patching and to encryption in place.</summary>
    public Span<byte> GetWrittenSpan(int start)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)_count);
        return _buffer.AsSpan(start, _count - start);
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _count));
        _count += count;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsSpan(_count);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsMemory(_count);
    }

    /// <summary>Appends <paramref name="bytes"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }

    /// <summary>Forgets what was written from <paramref name="count"/> on.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)_count);
        _count = count;
    }

    /// <summary>Forgets everything written; an array over <see cref="KeepCapacity"/> goes back to the pool.</summary>
    public void Clear()
    {
        _count = 0;
        if (_buffer.Length > KeepCapacity)
            Release();
    }

    /// <summary>Gives the array back to the pool. Writing afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _disposed = true;
        _count = 0;
        Release();
    }

    private void Release()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void EnsureRoom(int sizeHint)
    {
        if (_buffer.Length - _count < Math.Max(sizeHint, 1))
            Grow(sizeHint);
    }

    private void Grow(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var wanted = (long)_count + Math.Max(sizeHint, 1);
        if (wanted > Array.MaxLength)
            throw new InvalidOperationException("The buffer would exceed the largest array.");
        var capacity = Math.Min(Array.MaxLength, Math.Max(Math.Max(wanted, SmallestCapacity), (long)_buffer.Length * 2));
        var larger = ArrayPool<byte>.Shared.Rent((int)capacity);
        _buffer.AsSpan(0, _count).CopyTo(larger);
        Release();
        _buffer = larger;
    }
}
