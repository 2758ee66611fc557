using Parley.Core.Files;

namespace Parley.Storage.Conformance;

/// <summary>Files and upload tokens.</summary>
public abstract class FileStoreConformance : StoreConformance
{
    private static readonly string ContentA = new('a', 64);
    private static readonly string ContentB = new('b', 64);

    [Fact]
    public async Task A_token_is_taken_once_with_everything_it_says()
    {
        var token = SomeToken(expires: 500);
        await Store.Files.AddTokenAsync(Hash(1), token, Token);
        await Store.Files.AddTokenAsync(Hash(2), token with { Targets = [], IsBackEnd = false, NamesExtension = true }, Token);
        await ReopenAsync();

        Assert.Null(await Store.Files.TakeTokenAsync(Hash(9), Token));
        var taken = await Store.Files.TakeTokenAsync(Hash(1), Token);
        Assert.NotNull(taken);
        Assert.Equal(token.Targets, taken.Targets);
        Assert.Equal(token, taken with { Targets = token.Targets });
        Assert.Null(await Store.Files.TakeTokenAsync(Hash(1), Token));
        var other = await Store.Files.TakeTokenAsync(Hash(2), Token);
        Assert.Empty(other!.Targets);
        Assert.True(other.NamesExtension);
        Assert.False(other.IsBackEnd);
    }

    [Fact]
    public async Task Of_many_who_take_a_token_one_gets_it()
    {
        await Store.Files.AddTokenAsync(Hash(1), SomeToken(), Token);
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Files.TakeTokenAsync(Hash(1), Token).AsTask()));
        Assert.Single(taken, token => token is not null);
    }

    [Fact]
    public async Task A_token_may_name_two_thousand_receivers()
    {
        var targets = Enumerable.Range(1, 2000).Select(i => (long)i << 40).ToArray();
        await Store.Files.AddTokenAsync(Hash(1), SomeToken() with { Targets = targets }, Token);
        Assert.Equal(targets, (await Store.Files.TakeTokenAsync(Hash(1), Token))!.Targets);
    }

    [Fact]
    public async Task Expired_tokens_are_purged_a_few_at_a_time()
    {
        for (var i = 1; i <= 5; i++)
            await Store.Files.AddTokenAsync(Hash(i), SomeToken(expires: i * 100), Token);
        Assert.Equal(2, await Store.Files.PurgeTokensAsync(400, 2, Token));
        Assert.Equal(1, await Store.Files.PurgeTokensAsync(400, 2, Token));
        Assert.Equal(0, await Store.Files.PurgeTokensAsync(400, 2, Token));
        Assert.NotNull(await Store.Files.TakeTokenAsync(Hash(4), Token));
        Assert.Null(await Store.Files.TakeTokenAsync(Hash(3), Token));
    }

    [Fact]
    public async Task A_file_is_found_by_its_key_in_its_project_only()
    {
        var file = Record(1, ContentA) with { Name = "a\0ß", Extension = "" };
        await Store.Files.AddAsync([file, Record(2, ContentA)], Token);
        await ReopenAsync();

        Assert.Equal(file, await Store.Files.FindAsync(Project, file.Key, Token));
        Assert.Null(await Store.Files.FindAsync(OtherProject, file.Key, Token));
        Assert.Null(await Store.Files.FindAsync(Project, KeyOf(3), Token));
    }

    [Fact]
    public async Task Records_are_added_all_or_none()
    {
        await Store.Files.AddAsync([Record(1, ContentA)], Token);
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.Files.AddAsync([Record(2, ContentA), Record(1, ContentB)], Token));
        Assert.Null(await Store.Files.FindAsync(Project, KeyOf(2), Token));
        Assert.NotNull(await Store.Files.FindAsync(Project, KeyOf(1), Token));
    }

    [Fact]
    public async Task The_last_record_of_a_content_marks_it()
    {
        await Store.Files.AddAsync([Record(1, ContentA), Record(2, ContentA), Record(3, ContentB)], Token);
        await Store.Files.AddAsync([Record(4, ContentA) with { ProjectId = OtherProject }], Token);
        Assert.Equal([ContentB], await Store.Files.RemoveAsync(Project, [KeyOf(1), KeyOf(3), KeyOf(9)], 100, Token));
        Assert.Empty(await Store.Files.RemoveAsync(Project, [KeyOf(2)], 100, Token));
        Assert.Equal([ContentA], await Store.Files.RemoveAsync(OtherProject, [KeyOf(4)], 200, Token));
        Assert.Equal([ContentB, ContentA], await Store.Files.ListMarkedAsync(200, 10, Token));
        Assert.Equal([ContentB], await Store.Files.ListMarkedAsync(199, 10, Token));
        Assert.Equal([ContentB], await Store.Files.ListMarkedAsync(200, 1, Token));
    }

    [Fact]
    public async Task A_mark_is_lifted_by_a_record_and_moved_by_a_later_mark()
    {
        await Store.Files.MarkAsync(ContentA, 100, Token);
        Assert.True(await Store.Files.IsAbandonedAsync(ContentA, 100, Token));
        Assert.False(await Store.Files.IsAbandonedAsync(ContentA, 99, Token));
        Assert.False(await Store.Files.IsAbandonedAsync(ContentB, 100, Token));
        await Store.Files.MarkAsync(ContentA, 150, Token);
        await Store.Files.UnmarkAsync(ContentA, 100, Token);
        Assert.True(await Store.Files.IsAbandonedAsync(ContentA, 150, Token));
        await Store.Files.AddAsync([Record(1, ContentA)], Token);
        Assert.False(await Store.Files.IsAbandonedAsync(ContentA, long.MaxValue, Token));
        Assert.Empty(await Store.Files.ListMarkedAsync(long.MaxValue, 10, Token));
        await Store.Files.MarkAsync(ContentA, 100, Token);
        Assert.False(await Store.Files.IsAbandonedAsync(ContentA, 100, Token)); // it has a record
        await Store.Files.UnmarkAsync(ContentA, 100, Token);
        Assert.Empty(await Store.Files.ListMarkedAsync(long.MaxValue, 10, Token));
    }

    [Fact]
    public async Task Old_files_of_a_project_are_purged_a_few_at_a_time()
    {
        await Store.Files.AddAsync([.. Enumerable.Range(1, 5).Select(i => Record(i, ContentA) with { Time = i * 100 })], Token);
        await Store.Files.AddAsync([Record(9, ContentB) with { ProjectId = OtherProject, Time = 1 }], Token);
        Assert.Equal(2, await Store.Files.PurgeAsync(Project, 400, 1000, 2, Token));
        Assert.Equal(1, await Store.Files.PurgeAsync(Project, 400, 1000, 2, Token));
        Assert.NotNull(await Store.Files.FindAsync(Project, KeyOf(4), Token));
        Assert.Null(await Store.Files.FindAsync(Project, KeyOf(3), Token));
        Assert.NotNull(await Store.Files.FindAsync(OtherProject, KeyOf(9), Token));
        Assert.Empty(await Store.Files.ListMarkedAsync(long.MaxValue, 10, Token));
        Assert.Equal(2, await Store.Files.PurgeAsync(Project, 1000, 1000, 10, Token));
        Assert.Equal([ContentA], await Store.Files.ListMarkedAsync(1000, 10, Token));
    }

    private static ReadOnlyMemory<byte> Hash(int number)
    {
        var hash = new byte[32];
        hash[0] = (byte)number;
        return hash;
    }

    private static FileToken SomeToken(long expires = 1000) => new()
    {
        ProjectId = Project,
        Sender = 5,
        Purpose = "sendfile",
        Targets = [6, long.MaxValue],
        IsBackEnd = true,
        Expires = expires,
    };

    private static string KeyOf(int number) => number.ToString("x32");

    private static FileRecord Record(int number, string sha256) => new()
    {
        ProjectId = Project,
        Day = 20190428,
        Key = KeyOf(number),
        Extension = "png",
        Sha256 = sha256,
        Size = 15,
        ContentType = "image/png",
        Name = "note",
        Sender = 5,
        Time = 1_556_446_805_020,
    };
}
