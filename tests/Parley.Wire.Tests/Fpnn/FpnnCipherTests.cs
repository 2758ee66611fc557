using System.Security.Cryptography;
using Parley.Wire.Fpnn;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnCipherTests
{
    private static FpnnSessionKey Key(int length) => new(
        [.. Enumerable.Range(1, length).Select(i => (byte)(i * 7))], [.. Enumerable.Range(100, 16).Select(i => (byte)i)]);

    private static byte[] Plaintext(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    // The definition of fpnn §5.4, byte by byte.
    private static byte[] ByDefinition(FpnnSessionKey key, ReadOnlySpan<byte> data, bool encrypt)
    {
        using var aes = Aes.Create();
        aes.Key = key.Key;
        var register = key.Iv;
        var result = new byte[data.Length];
        for (var i = 0; i < data.Length; i++)
        {
            if (i % 16 == 0)
                register = aes.EncryptEcb(register, PaddingMode.None);
            result[i] = (byte)(data[i] ^ register[i % 16]);
            register[i % 16] = encrypt ? result[i] : data[i];
        }

        return result;
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Every_length_is_transformed_as_the_definition_says(int keyLength)
    {
        var key = Key(keyLength);
        foreach (var length in Enumerable.Range(0, 80).Concat([255, 256, 257, 271, 272, 273, 512, 1000, 4096, 10_000]))
        {
            var plain = Plaintext(length);
            var cipherText = ByDefinition(key, plain, encrypt: true);

            using var cipher = key.CreateCipher();
            var data = plain.ToArray();
            cipher.Encrypt(data);
            Assert.Equal(cipherText, data);

            cipher.Reset();
            cipher.Decrypt(data);
            Assert.Equal(plain, data);
            Assert.Equal(plain, ByDefinition(key, cipherText, encrypt: false));
        }
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(32, true)]
    [InlineData(16, false)]
    [InlineData(32, false)]
    public void Every_split_into_two_equals_the_whole(int keyLength, bool encrypt)
    {
        const int Length = 700;
        var key = Key(keyLength);
        var input = Plaintext(Length);
        var whole = ByDefinition(key, input, encrypt);
        using var cipher = key.CreateCipher();
        for (var split = 0; split <= Length; split++)
        {
            var data = input.ToArray();
            cipher.Reset();
            Run(cipher, data.AsSpan(0, split), encrypt);
            Run(cipher, data.AsSpan(split), encrypt);
            Assert.Equal(whole, data);
        }
    }

    [Fact]
    public void Chunks_of_every_size_equal_the_whole()
    {
        const int Length = 2000;
        var key = Key(16);
        var input = Plaintext(Length);
        var encrypted = ByDefinition(key, input, encrypt: true);
        var decrypted = ByDefinition(key, input, encrypt: false);
        using var cipher = key.CreateCipher();
        for (var chunk = 1; chunk <= 600; chunk++)
        {
            Assert.Equal(encrypted, InChunks(encrypt: true, chunk));
            Assert.Equal(decrypted, InChunks(encrypt: false, chunk));
        }

        byte[] InChunks(bool encrypt, int chunk)
        {
            var data = input.ToArray();
            cipher.Reset();
            for (var start = 0; start < Length; start += chunk)
                Run(cipher, data.AsSpan(start, Math.Min(chunk, Length - start)), encrypt);
            return data;
        }
    }

    [Fact]
    public void Random_chunks_equal_the_whole_and_the_two_directions_do_not_disturb_each_other()
    {
        var random = new Random(4711);
        for (var round = 0; round < 50; round++)
        {
            var key = Key(round % 2 == 0 ? 16 : 32);
            var input = Plaintext(random.Next(1, 5000));
            var data = input.ToArray();
            using var sends = key.CreateCipher();
            using var receives = key.CreateCipher();
            var sent = 0;
            var received = 0;
            while (received < data.Length)
            {
                var chunk = random.Next(0, Math.Min(700, data.Length - sent) + 1);
                sends.Encrypt(data.AsSpan(sent, chunk));
                sent += chunk;
                chunk = random.Next(0, sent - received + 1);
                receives.Decrypt(data.AsSpan(received, chunk));
                received += chunk;
            }

            Assert.Equal(input, data);
        }
    }

    [Fact]
    public void Reset_starts_again_from_the_initial_vector_in_the_middle_of_a_block()
    {
        var key = Key(16);
        using var cipher = key.CreateCipher();
        var first = new byte[5];
        cipher.Encrypt(first);
        cipher.Reset();
        var second = new byte[5];
        cipher.Encrypt(second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void The_key_material_given_is_not_changed()
    {
        var key = Key(16);
        var iv = key.Iv.ToArray();
        using var cipher = key.CreateCipher();
        cipher.Encrypt(new byte[1000]);
        Assert.Equal(iv, key.Iv);
    }

    private static void Run(FpnnCipher cipher, Span<byte> data, bool encrypt)
    {
        if (encrypt)
            cipher.Encrypt(data);
        else
            cipher.Decrypt(data);
    }
}
