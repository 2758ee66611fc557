using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Files;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Tests.Support;
using Parley.Testing;

namespace Parley.Core.Tests.Files;

public sealed class FileServiceTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-files-").FullName;
    private CoreFixture _fixture = null!;
    private FileService _files = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Project Kept { get; } = new() { Id = CoreFixture.Pid, Secret = "s", Settings = new() { RetentionDays = 2 } };

    public async ValueTask InitializeAsync()
    {
        _fixture = await CoreFixture.StartAsync();
        _files = new FileService(
            new FileStorage { Blobs = new FolderBlobStore(_folder), SpoolFolder = Path.Combine(_folder, "spool"), Address = () => "http://x" },
            _fixture.Store.Files, _time, NullLogger.Instance);
        Directory.CreateDirectory(Path.Combine(_folder, "spool"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "spool", "left"), "x", Token);
        await _files.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _files.DisposeAsync();
        await _fixture.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_an_earlier_run_left_of_uploads_is_removed_at_start() => Assert.Empty(Contents());

    [Fact]
    public async Task A_token_is_good_until_its_time_and_once()
    {
        var token = new FileToken { ProjectId = 1, Sender = 2, Purpose = "p", Targets = [3], Expires = 0 };
        var first = await _files.IssueTokenAsync(Kept, token, Token);
        var second = await _files.IssueTokenAsync(Kept, token, Token);
        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.NotNull(await _files.TakeTokenAsync(first, Token));
        Assert.Null(await _files.TakeTokenAsync(first, Token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _files.TakeTokenAsync(second, Token));
        Assert.Null(await _files.TakeTokenAsync("", Token));
        Assert.Null(await _files.TakeTokenAsync(new string('x', 300), Token));
    }

    [Fact]
    public async Task Files_older_than_the_project_keeps_them_go_with_their_contents()
    {
        var old = await CommitAsync([1, 2, 3]);
        _time.Advance(TimeSpan.FromDays(1));
        var young = await CommitAsync([4, 5, 6]);
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await _files.UpkeepAsync([Kept], Token);
        Assert.Null(await FindAsync(old));
        Assert.NotNull(await FindAsync(young));
        _time.Advance(TimeSpan.FromHours(1));
        await _files.UpkeepAsync([Kept], Token);
        Assert.Equal(young.Sha256, Path.GetFileName(Assert.Single(Contents())));
    }

    [Fact]
    public async Task A_content_without_a_record_is_removed_after_an_hour_and_one_with_a_record_never()
    {
        var kept = await CommitAsync([1]);
        await _fixture.Store.Files.MarkAsync(kept.Sha256, _time.UnixMilliseconds, Token);
        var orphan = Convert.ToHexStringLower(SHA256.HashData([9]));
        await _fixture.Store.Files.MarkAsync(orphan, _time.UnixMilliseconds, Token);
        Directory.CreateDirectory(Path.Combine(_folder, orphan[..2], orphan[2..4]));
        await File.WriteAllBytesAsync(Path.Combine(_folder, orphan[..2], orphan[2..4], orphan), [9], Token);
        _time.Advance(TimeSpan.FromMinutes(59));
        await _files.UpkeepAsync([], Token);
        Assert.Equal(2, Contents().Length);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _files.UpkeepAsync([], Token);
        Assert.Equal(kept.Sha256, Path.GetFileName(Assert.Single(Contents())));
    }

    [Fact]
    public async Task An_upload_that_is_given_up_leaves_nothing()
    {
        using (var spool = _files.BeginUpload())
        {
            await spool.WriteAsync([new byte[] { 1, 2 }], Token);
            Assert.Single(Contents());
        }
        Assert.Empty(Contents());
    }

    [Theory]
    [InlineData("png", FileKind.Image, "image/png", true)]
    [InlineData("svg", FileKind.Image, "application/octet-stream", false)]
    [InlineData("mp3", FileKind.Audio, "audio/mpeg", true)]
    [InlineData("mp4", FileKind.Video, "video/mp4", true)]
    [InlineData("html", FileKind.Other, "application/octet-stream", false)]
    [InlineData("", FileKind.Other, "application/octet-stream", false)]
    public void Sort_and_media_type_follow_the_extension(string extension, FileKind kind, string type, bool isShown)
    {
        Assert.Equal(kind, FileTypes.KindOf(extension));
        Assert.Equal(type, FileTypes.ContentTypeOf(extension));
        Assert.Equal(isShown, FileTypes.IsShown(type));
    }

    [Theory]
    [InlineData("89504e470d0a1a0a", "png")]
    [InlineData("ffd8ffe0", "jpg")]
    [InlineData("474946383961", "gif")]
    [InlineData("52494646000000005745425056503820", "webp")]
    [InlineData("524946460000000057415645", "wav")]
    [InlineData("00000018667479706d703432", "mp4")]
    [InlineData("000000186674797071742020", "mov")]
    [InlineData("494433", "mp3")]
    [InlineData("4f676753", "ogg")]
    [InlineData("1a45dfa3", "mkv")]
    [InlineData("3c68746d6c3e", "")]
    [InlineData("", "")]
    public void A_content_is_known_by_how_it_begins(string hex, string extension) =>
        Assert.Equal(extension, FileTypes.SniffExtension(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(".TXT", "txt")]
    [InlineData("jpeg", "jpeg")]
    [InlineData("../x", "")]
    [InlineData("a/b", "")]
    [InlineData("ä", "")]
    [InlineData("abcdefghijk", "")]
    [InlineData(null, "")]
    public void An_extension_is_letters_and_digits_or_none(string? text, string clean) => Assert.Equal(clean, FileTypes.CleanExtension(text));

    private string[] Contents() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);

    private async Task<FileRecord> CommitAsync(byte[] content)
    {
        using var spool = _files.BeginUpload();
        await spool.WriteAsync([content], Token);
        spool.Finish();
        return Assert.Single(await _files.CommitAsync(spool, Kept, 5, new("txt", "a"), 1, Token));
    }

    private async Task<FileRecord?> FindAsync(FileRecord record)
    {
        Assert.True(FileService.TryParse(_files.AddressOf(record), out var place));
        return await _files.FindAsync(place, Token);
    }
}
