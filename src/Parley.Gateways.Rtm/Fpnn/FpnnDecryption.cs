using System.Buffers;
using Parley.Gateways.Connections;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>
/// Reads the packages of an encrypted connection (fpnn.md §5.4). In both modes bytes are decrypted as they come in; in package mode each
/// record begins anew and holds exactly one package.
/// </summary>
internal sealed class FpnnDecryption(FpnnSessionKey key, bool isStream) : IDisposable
{
    private const int Chunk = 64 * 1024;

    private readonly FpnnCipher _cipher = key.CreateCipher();
    private readonly PooledBufferWriter _plain = new();
    private int _read; // how much of what is decrypted was handled
    private long _recordLength;
    private long _recordLeft; // of the record, still to be decrypted

    /// <summary>What is decrypted and was not handled.</summary>
    public ReadOnlyMemory<byte> Pending => _plain.WrittenMemory[_read..];

    /// <summary>Decrypts what is there and handles every whole package, up to the beginning of an upload.</summary>
    public FpnnNext Process(ref ReadOnlySequence<byte> buffer, FpnnStreamPeer peer)
    {
        while (true)
        {
            var next = HandlePackages(peer);
            if (next != FpnnNext.Read)
                return next;
            Compact();
            var before = buffer.Length;
            if (before == 0)
                return FpnnNext.Read;
            if (!TryDecrypt(ref buffer, peer))
                return FpnnNext.Break;
            if (buffer.Length == before)
                return FpnnNext.Read;
        }
    }

    /// <summary>Decrypts some of the bytes; false when the peer broke the protocol.</summary>
    public bool TryDecrypt(ref ReadOnlySequence<byte> buffer, FpnnStreamPeer peer)
    {
        if (!isStream && _recordLeft == 0)
        {
            if (buffer.Length < FpnnRecord.PrefixLength)
                return true;
            Span<byte> prefix = stackalloc byte[FpnnRecord.PrefixLength];
            buffer.Slice(0, FpnnRecord.PrefixLength).CopyTo(prefix);
            var limit = Math.Max(peer.Door.PackageLimit(peer), peer.Door.UploadLimit);
            if (FpnnRecord.TryReadLength(prefix, limit, out var length, out _) == FpnnReadStatus.Invalid)
                return false;
            _recordLength = _recordLeft = length;
            _cipher.Reset();
            buffer = buffer.Slice(FpnnRecord.PrefixLength);
        }
        var count = (int)Math.Min(buffer.Length, isStream ? Chunk : Math.Min(_recordLeft, Chunk));
        if (count == 0)
            return true;
        var start = _plain.WrittenCount;
        buffer.Slice(0, count).CopyTo(_plain.GetSpan(count));
        _plain.Advance(count);
        _cipher.Decrypt(_plain.GetWrittenSpan(start));
        buffer = buffer.Slice(count);
        _recordLeft -= isStream ? 0 : count;
        return true;
    }

    /// <summary>So many bytes of <see cref="Pending"/> were handled.</summary>
    public void Consume(int count)
    {
        _read += count;
        if (_read == _plain.WrittenCount)
            Compact();
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _plain.Dispose();
    }

    private FpnnNext HandlePackages(FpnnStreamPeer peer)
    {
        while (_read < _plain.WrittenCount)
        {
            var bytes = _plain.WrittenSpan[_read..];
            var start = peer.TryBeginUpload(bytes, out var prefix, out var total);
            if (start == UploadStart.Begun)
            {
                _read += prefix;
                return isStream || total == _recordLength ? FpnnNext.Upload : FpnnNext.Break;
            }
            if (start == UploadStart.NeedMore && (isStream || _recordLeft > 0))
                return FpnnNext.Read;
            if (start == UploadStart.Invalid)
                return FpnnNext.Break;
            var status = FpnnFraming.TryRead(bytes, peer.Door.PackageLimit(peer), out var package, out var consumed, out _);
            if (status == FpnnReadStatus.NeedMore && (isStream || _recordLeft > 0))
                return FpnnNext.Read;
            if (status != FpnnReadStatus.Package || (!isStream && (_recordLeft > 0 || consumed != bytes.Length)) || !peer.HandleDecrypted(package))
                return FpnnNext.Break;
            _read += consumed;
        }
        return FpnnNext.Read;
    }

    private void Compact()
    {
        var rest = _plain.WrittenCount - _read;
        if (_read > 0 && rest > 0)
            _plain.GetWrittenSpan(_read).CopyTo(_plain.GetWrittenSpan(0));
        _read = 0;
        _plain.Truncate(rest);
        if (rest == 0)
            _plain.Clear();
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
