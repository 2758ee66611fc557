using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Parley.Wire.Fpnn;

/// <summary>
/// AES-CFB with 128-bit feedback, byte by byte: any split of the stream gives the same result (fpnn §5.4). One instance serves one
/// direction and is either only encrypted or only decrypted with. In stream mode it runs on for the life of the connection; in package
/// mode <see cref="Reset"/> starts every record. Not thread-safe.
/// </summary>
public sealed class FpnnCipher : IDisposable
{
    private const int BlockSize = 16;

    // From here on one call for a run of whole blocks is cheaper than a call per block.
    private const int RunThreshold = 16 * BlockSize;

    private readonly Aes _aes;
    private readonly ICryptoTransform _block;
    private readonly byte[] _iv;

    // Before _offset: ciphertext, the feedback of the next block. From _offset on: key stream of this block.
    private byte[] _register;
    private byte[] _spare = new byte[BlockSize];
    private int _offset;

    /// <summary>Starts at byte 0 with the initial vector of <paramref name="key"/>.</summary>
    public FpnnCipher(FpnnSessionKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _iv = [.. key.Iv];
        _register = [.. key.Iv];
        _aes = Aes.Create();
        _aes.Key = key.Key;
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _block = _aes.CreateEncryptor();
    }

    /// <summary>Encrypts in place the bytes that follow those of the last call.</summary>
    public void Encrypt(Span<byte> data) => Transform(data, encrypt: true);

    /// <summary>Decrypts in place the bytes that follow those of the last call.</summary>
    public void Decrypt(Span<byte> data) => Transform(data, encrypt: false);

    /// <summary>Goes back to byte 0 and the initial vector, as every record in package mode does.</summary>
    public void Reset()
    {
        _iv.CopyTo(_register, 0);
        _offset = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _block.Dispose();
        _aes.Dispose();
    }

    private void Transform(Span<byte> data, bool encrypt)
    {
        if (_offset != 0)
        {
            var head = Math.Min(data.Length, BlockSize - _offset);
            TransformPart(data[..head], encrypt);
            data = data[head..];
        }

        var run = data.Length & ~(BlockSize - 1);
        if (run >= RunThreshold)
        {
            TransformRun(data[..run], encrypt);
            data = data[run..];
        }

        while (data.Length >= BlockSize)
        {
            NextKeyStream();
            TransformBlock(data[..BlockSize], encrypt);
            data = data[BlockSize..];
        }

        if (!data.IsEmpty)
        {
            NextKeyStream();
            TransformPart(data, encrypt);
        }
    }

    private void NextKeyStream()
    {
        _block.TransformBlock(_register, 0, BlockSize, _spare, 0);
        (_register, _spare) = (_spare, _register);
    }

    private void TransformBlock(Span<byte> data, bool encrypt)
    {
        var input = Vector128.Create<byte>(data);
        var output = input ^ Vector128.Create(_register);
        (encrypt ? output : input).CopyTo(_register);
        output.CopyTo(data);
    }

    // Does not cross the end of a block.
    private void TransformPart(Span<byte> data, bool encrypt)
    {
        var register = _register.AsSpan(_offset, data.Length);
        for (var i = 0; i < data.Length; i++)
        {
            var input = data[i];
            var output = (byte)(input ^ register[i]);
            register[i] = encrypt ? output : input;
            data[i] = output;
        }

        _offset = (_offset + data.Length) & (BlockSize - 1);
    }

    private void TransformRun(Span<byte> data, bool encrypt)
    {
        if (encrypt)
        {
            _aes.EncryptCfb(data, _register, data, PaddingMode.None, feedbackSizeInBits: 128);
            data[^BlockSize..].CopyTo(_register);
            return;
        }

        data[^BlockSize..].CopyTo(_spare);
        _aes.DecryptCfb(data, _register, data, PaddingMode.None, feedbackSizeInBits: 128);
        (_register, _spare) = (_spare, _register);
    }
}
