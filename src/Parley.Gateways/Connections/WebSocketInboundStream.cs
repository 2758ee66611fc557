namespace Parley.Gateways.Connections;

/// <summary>
/// What a WebSocket client sends, on its way to the framework's WebSocket. Two rules of our protocols need a look at the frames: text
/// messages are taken as binary ones are, though their bytes are no UTF-8, and control frames too show that the peer lives.
/// </summary>
/// <param name="inner">The bytes behind the upgrade.</param>
/// <param name="onReceived">Called whenever bytes come.</param>
/// <param name="takesText">Whether text messages are taken as binary ones; otherwise they stay what they are.</param>
public sealed class WebSocketInboundStream(Stream inner, Action onReceived, bool takesText = true) : Stream
{
    private const int Text = 1;
    private const int Binary = 2;

    private int _headerByte; // how many bytes of the frame's header were seen
    private int _lengthBytes; // bytes of the length behind the first two
    private int _headerLength = 2;
    private ulong _length;
    private ulong _payload; // bytes of the frame's payload still to come

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (count > 0)
        {
            onReceived();
            if (takesText)
                Scan(buffer.Span[..count]);
        }
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Walks over the frames (RFC 6455 §5.2) and turns the opcode of text into that of binary. What is wrong is found later.</summary>
    private void Scan(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_payload > 0)
            {
                var skipped = (int)Math.Min(_payload, (ulong)bytes.Length);
                _payload -= (ulong)skipped;
                bytes = bytes[skipped..];
                continue;
            }
            ScanHeader(ref bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void ScanHeader(ref byte next)
    {
        if (_headerByte == 0)
        {
            if ((next & 0x0f) == Text)
                next = (byte)((next & 0xf0) | Binary);
        }
        else if (_headerByte == 1)
        {
            var length = next & 0x7f;
            _lengthBytes = length switch { 126 => 2, 127 => 8, _ => 0 };
            _length = _lengthBytes == 0 ? (ulong)length : 0;
            _headerLength = 2 + _lengthBytes + ((next & 0x80) != 0 ? 4 : 0);
        }
        else if (_headerByte < 2 + _lengthBytes)
        {
            _length = (_length << 8) | next;
        }
        if (++_headerByte < _headerLength)
            return;
        _payload = _length;
        _headerByte = 0;
        _headerLength = 2;
    }
}
