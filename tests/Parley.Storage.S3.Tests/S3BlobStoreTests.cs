using System.Security.Cryptography;
using Parley.Core.Storage;

namespace Parley.Storage.S3.Tests;

/// <summary>The store over a real S3-compatible server.</summary>
public sealed class S3BlobStoreTests(S3Server server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_content_comes_back_whole_and_in_parts_and_goes()
    {
        await using var store = Open();
        var content = RandomNumberGenerator.GetBytes(300_000);
        var name = await PutAsync(store, content);
        Assert.Equal(content, await ReadAsync(store, name, 0, content.Length));
        Assert.Equal(content[5..6], await ReadAsync(store, name, 5, 1));
        Assert.Equal(content[299_990..], await ReadAsync(store, name, 299_990, 10));
        Assert.Contains(server.Objects(), path => path.Contains($"{name[..2]}/{name[2..4]}/{name}", StringComparison.Ordinal));

        await store.DeleteAsync(name, Token);
        Assert.Null(await store.OpenAsync(name, 0, 1, Token));
        await store.DeleteAsync(name, Token); // an absent one is no error
    }

    [Fact]
    public async Task The_same_content_may_be_put_again()
    {
        await using var store = Open();
        var content = RandomNumberGenerator.GetBytes(100);
        var name = await PutAsync(store, content);
        Assert.Equal(name, await PutAsync(store, content));
        Assert.Equal(content, await ReadAsync(store, name, 0, 100));
    }

    [Fact]
    public async Task An_unknown_content_is_not_there()
    {
        await using var store = Open();
        Assert.Null(await store.OpenAsync(new string('0', 64), 0, 1, Token));
    }

    [Fact]
    public async Task A_bucket_that_cannot_be_used_is_told_in_one_line()
    {
        await using var good = Open();
        await good.PrepareAsync(Token);
        foreach (var settings in new[]
        {
            server.Settings with { Bucket = "nosuch" }, server.Settings with { AccessKey = "nobody" }, server.Settings with { Bucket = "" },
        })
        {
            await using var store = new S3BlobStore(settings);
            var exception = await Assert.ThrowsAsync<StoreException>(async () => await store.PrepareAsync(Token));
            Assert.DoesNotContain('\n', exception.Message);
        }
    }

    [Fact]
    public async Task A_service_that_is_away_is_an_error_of_reading_and_writing()
    {
        await using var store = new S3BlobStore(server.Settings with { ServiceUrl = "http://127.0.0.1:1", Bucket = "b", AccessKey = "a", SecretKey = "s" });
        await Assert.ThrowsAsync<IOException>(async () => await store.OpenAsync(new string('0', 64), 0, 1, Token));
        await Assert.ThrowsAsync<IOException>(async () => await PutAsync(store, [1]));
    }

    private S3BlobStore Open()
    {
        Assert.SkipUnless(server.IsRunning, "s3rver is not installed: test.sh does it.");
        return new S3BlobStore(server.Settings);
    }

    private static async Task<string> PutAsync(S3BlobStore store, byte[] content)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, content, Token);
            var name = Convert.ToHexStringLower(SHA256.HashData(content));
            await store.PutAsync(name, path, Token);
            return name;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<byte[]> ReadAsync(S3BlobStore store, string name, long offset, long length)
    {
        await using var stream = await store.OpenAsync(name, offset, length, Token);
        Assert.NotNull(stream);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token);
        return all.ToArray();
    }
}
