using System.Buffers;
using Parley.Gateways.Connections;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>Reads the packages of an encrypted connection (fpnn.md §5.4).</summary>
internal sealed class FpnnDecryption(FpnnSessionKey key, bool isStream) : IDisposable
{
    private readonly FpnnCipher _cipher = key.CreateCipher();
    private readonly PooledBufferWriter _plain = new();

    /// <summary>Decrypts what is there and handles every whole package. False when the peer broke the protocol.</summary>
    public bool Process(ref ReadOnlySequence<byte> buffer, FpnnStreamPeer peer) =>
        isStream ? ProcessStream(ref buffer, peer) : ProcessRecords(ref buffer, peer);

    public void Dispose()
    {
        _cipher.Dispose();
        _plain.Dispose();
    }

    private bool ProcessStream(ref ReadOnlySequence<byte> buffer, FpnnStreamPeer peer)
    {
        var start = _plain.WrittenCount;
        foreach (var segment in buffer)
            _plain.Write(segment.Span);
        _cipher.Decrypt(_plain.GetWrittenSpan(start));
        buffer = buffer.Slice(buffer.End);
        var read = 0;
        while (true)
        {
            var status = FpnnFraming.TryRead(_plain.WrittenSpan[read..], peer.Door.PackageLimit(peer), out var package, out var consumed, out _);
            if (status == FpnnReadStatus.Invalid)
                return false;
            if (status == FpnnReadStatus.NeedMore)
                break;
            if (!peer.HandleDecrypted(package))
                return false;
            read += consumed;
        }
        var rest = _plain.WrittenCount - read;
        if (read > 0)
            _plain.GetWrittenSpan(read).CopyTo(_plain.GetWrittenSpan(0));
        _plain.Truncate(rest);
        if (rest == 0)
            _plain.Clear();
        return true;
    }

    private bool ProcessRecords(ref ReadOnlySequence<byte> buffer, FpnnStreamPeer peer)
    {
        Span<byte> prefix = stackalloc byte[FpnnRecord.PrefixLength];
        while (buffer.Length >= FpnnRecord.PrefixLength)
        {
            buffer.Slice(0, FpnnRecord.PrefixLength).CopyTo(prefix);
            if (FpnnRecord.TryReadLength(prefix, peer.Door.PackageLimit(peer), out var length, out _) == FpnnReadStatus.Invalid)
                return false;
            if (buffer.Length < FpnnRecord.PrefixLength + length)
                break;
            _plain.Clear();
            buffer.Slice(FpnnRecord.PrefixLength, length).CopyTo(_plain.GetSpan(length));
            _plain.Advance(length);
            var status = FpnnRecord.Open(_plain.GetWrittenSpan(0), _cipher, out var package, out _);
            if (status != FpnnReadStatus.Package || !peer.HandleDecrypted(package))
                return false;
            buffer = buffer.Slice(FpnnRecord.PrefixLength + length);
        }
        return true;
    }
}

/// <summary>Encrypts what goes out, in the order of sending (fpnn.md §5.4).</summary>
internal sealed class FpnnSealer(FpnnSessionKey key, bool isStream) : IFrameSealer
{
    private readonly FpnnCipher _cipher = key.CreateCipher();

    public void Seal(ReadOnlySpan<byte> frame, IBufferWriter<byte> output)
    {
        if (!isStream)
        {
            var prefix = output.GetSpan(FpnnRecord.PrefixLength);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(prefix, frame.Length);
            output.Advance(FpnnRecord.PrefixLength);
            _cipher.Reset();
        }
        while (!frame.IsEmpty)
        {
            var span = output.GetSpan();
            var length = Math.Min(span.Length, frame.Length);
            frame[..length].CopyTo(span);
            _cipher.Encrypt(span[..length]);
            output.Advance(length);
            frame = frame[length..];
        }
    }
}
