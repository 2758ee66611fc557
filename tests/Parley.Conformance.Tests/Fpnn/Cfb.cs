using System.Security.Cryptography;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>AES-CFB as fpnn.md §5.4 defines it, byte by byte; one for each direction, or for each record.</summary>
internal sealed class Cfb : IDisposable
{
    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _register;
    private readonly bool _encrypts;
    private int _position;

    public Cfb(byte[] key, byte[] iv, bool encrypts)
    {
        _aes.Key = key;
        _register = [.. iv];
        _encrypts = encrypts;
    }

    public byte[] Transform(byte[] input)
    {
        var output = new byte[input.Length];
        for (var i = 0; i < input.Length; i++)
        {
            if (_position == 0)
                _aes.EncryptEcb(_register.ToArray(), _register, PaddingMode.None);
            output[i] = (byte)(input[i] ^ _register[_position]);
            _register[_position] = _encrypts ? output[i] : input[i];
            _position = (_position + 1) & 15;
        }
        return output;
    }

    public void Dispose() => _aes.Dispose();
}
