using System.Text;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Tests.Support;
using Parley.Core.Translation;

namespace Parley.Core.Tests.Translation;

public sealed class TranslationServiceTests
{
    private const long Ann = 1;
    private const long Ben = 2;
    private const long Cid = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTranslator _engine = new();

    [Fact]
    public async Task A_message_is_followed_by_its_translation_into_the_language_of_the_reader()
    {
        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, "fr");
        await SayAsync(fixture, 5, "hello");
        Assert.Equal("m5", await ben.NextToldAsync());
        Assert.Equal("t5:fr:hello", await ben.NextToldAsync());
    }

    [Fact]
    public async Task A_message_in_the_readers_language_is_not_translated()
    {
        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, "fr");
        await SayAsync(fixture, 5, "fr|salut");
        await SayAsync(fixture, 6, "hello");
        await ExpectAsync(ben, "m5", "m6", "t6:fr:hello");
        Assert.Equal(1, fixture.Core.Translation.Metrics!.Of(TranslationResult.Same));
    }

    [Fact]
    public async Task Translations_keep_the_order_of_their_conversation_whichever_is_ready_first()
    {
        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, "fr");
        _engine.Hold("first");
        await SayAsync(fixture, 5, "first");
        await SayAsync(fixture, 6, "second");
        await SayAsync(fixture, 7, "third fail");
        await SayAsync(fixture, 8, "fourth");
        for (var i = 0; i < 4; i++)
            Assert.True(await _engine.Begun.WaitAsync(Patience));
        Assert.DoesNotContain(ben.Told, told => told[0] == 't');
        _engine.Release("first");
        await ExpectAsync(ben, "m5", "m6", "m7", "m8", "t5:fr:first", "t6:fr:second", "t8:fr:fourth");
        Assert.Equal(1, fixture.Core.Translation.Metrics!.Of(TranslationResult.Failed));
    }

    [Fact]
    public async Task A_translation_that_takes_long_holds_up_no_other_conversation_and_no_message()
    {
        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, "fr");
        _engine.Hold("slow");
        await SayAsync(fixture, 5, "slow");
        await SayAsync(fixture, 6, "quick", from: Cid);
        await ExpectAsync(ben, "m5", "m6", "t6:fr:quick");
        _engine.Release("slow");
        Assert.Equal("t5:fr:slow", await ben.NextToldAsync());
    }

    [Fact]
    public async Task One_translation_serves_all_who_read_the_language()
    {
        await using var fixture = await StartAsync();
        var readers = new List<FakeSession>();
        for (var uid = 10; uid < 20; uid++)
            readers.Add(await ReaderAsync(fixture, uid, uid % 2 == 0 ? "fr" : "de"));
        foreach (var reader in readers)
            Assert.Equal(CoreError.None, await fixture.Core.Rooms.EnterAsync(fixture.Project, reader.Presence!, 7));
        await fixture.Core.Rooms.EnterAsync(fixture.Project, fixture.Login(Ann).Presence!, 7);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToRoom(Ann, 7, 5))).Error);
        foreach (var reader in readers)
            await ExpectAsync(reader, "m5", reader.UserId % 2 == 0 ? "t5:fr:hello" : "t5:de:hello");
        Assert.Equal(["auto>de:hello", "auto>fr:hello"], _engine.Asked.Order());
    }

    [Fact]
    public async Task When_the_queue_is_full_the_oldest_translation_is_dropped_and_counted()
    {
        await using var fixture = await StartAsync(options: new() { QueueLength = 2, Parallel = 1 });
        var ben = await ReaderAsync(fixture, Ben, "fr");
        _engine.Hold("held");
        await SayAsync(fixture, 5, "held");
        Assert.True(await _engine.Begun.WaitAsync(Patience));
        for (var mid = 6; mid <= 9; mid++)
            await SayAsync(fixture, mid, $"text {mid}");
        // every message has been pushed; the last push comes just before its translation is queued
        await ExpectAsync(ben, "m5", "m6", "m7", "m8", "m9");
        SpinWait.SpinUntil(() => fixture.Core.Translation.Metrics!.Of(TranslationResult.Dropped) == 2, Patience);
        Assert.Equal(2, fixture.Core.Translation.Metrics!.Of(TranslationResult.Dropped));
        _engine.Release("held");
        await ExpectAsync(ben, "t5:fr:held", "t8:fr:text 8", "t9:fr:text 9");
    }

    [Fact]
    public async Task Files_bytes_and_empty_texts_are_not_translated()
    {
        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, "fr");
        var request = fixture.ToPeer(Ann, Ben, 5);
        await fixture.Core.Messenger.SendAsync(request with { File = FileKind.Image });
        await fixture.Core.Messenger.SendAsync(request with { MessageId = 6, IsBinary = true });
        await fixture.Core.Messenger.SendAsync(request with { MessageId = 7, Body = default });
        await fixture.Core.Messenger.SendAsync(request with { MessageId = 8 });
        await ExpectAsync(ben, "m5", "m6", "m7", "m8", "t8:fr:hello");
        Assert.Single(_engine.Asked);
    }

    [Fact]
    public async Task A_language_holds_at_once_for_all_sessions_of_the_user_and_for_later_ones()
    {
        await using var fixture = await StartAsync(new() { MultiLogin = true });
        var one = await ReaderAsync(fixture, Ben, language: null);
        var other = await ReaderAsync(fixture, Ben, language: null);
        var deaf = fixture.Login(Ben);
        Assert.False(fixture.Core.Translation.IsWanted);
        Assert.Equal(CoreError.None, await fixture.Core.Translation.SetLanguageAsync(deaf, "fr", CancellationToken.None));
        Assert.True(fixture.Core.Translation.IsWanted);
        await SayAsync(fixture, 5, "hello");
        foreach (var session in new[] { one, other })
            await ExpectAsync(session, "m5", "t5:fr:hello");
        Assert.Equal("m5", await deaf.NextToldAsync());
        foreach (var session in new[] { one, other, deaf })
            fixture.Core.Sessions.Close(session);
        Assert.False(fixture.Core.Translation.IsWanted);

        var later = await ReaderAsync(fixture, Ben, language: null);
        await SayAsync(fixture, 6, "hello again");
        await ExpectAsync(later, "m6", "t6:fr:hello again");
        Assert.Equal(CoreError.None, await fixture.Core.Translation.SetLanguageAsync(later, "", CancellationToken.None));
        Assert.False(fixture.Core.Translation.IsWanted);
        await SayAsync(fixture, 7, "bye");
        Assert.Equal("m7", await later.NextToldAsync());
        Assert.Equal(["m5"], deaf.Told);
    }

    [Fact]
    public async Task Languages_are_those_of_the_engine()
    {
        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, language: null);
        foreach (var (asked, kept) in new[] { ("fr", "fr"), ("FR", "fr"), ("zh-CN", "zh"), ("zh-TW", "zh-TW"), ("zt", "zh-TW"), ("", "") })
        {
            Assert.Equal(CoreError.None, await fixture.Core.Translation.SetLanguageAsync(ben, asked, CancellationToken.None));
            Assert.Equal(kept, (await fixture.Store.Users.GetProfileAsync(CoreFixture.Pid, Ben, CancellationToken.None)).Language);
        }
        foreach (var asked in new[] { "xx", "f", "klingon", "fr ", "fr\0", new string('f', 17) })
            Assert.Equal(CoreError.UnknownLanguage, await fixture.Core.Translation.SetLanguageAsync(ben, asked, CancellationToken.None));
        Assert.Equal(1, _engine.LanguagesAsked);
    }

    [Fact]
    public async Task What_a_client_wishes_at_login_is_kept_unless_it_is_no_language()
    {
        await using var fixture = await StartAsync();
        await WarmAsync(fixture);
        foreach (var (wished, kept) in new[] { ("fr", "fr"), ("xx", "fr"), ((string?)null, "fr"), ("de", "de"), ("", "") })
        {
            var session = fixture.Login(Ben);
            session.Takes = true;
            await fixture.Core.Translation.OpenAsync(session, wished);
            Assert.Equal(kept, session.Presence!.Language);
            Assert.Equal(kept, (await fixture.Store.Users.GetProfileAsync(CoreFixture.Pid, Ben, CancellationToken.None)).Language);
            fixture.Core.Sessions.Close(session);
        }
    }

    [Fact]
    public async Task A_text_is_checked_in_the_order_of_the_errors()
    {
        await using var fixture = await StartAsync(new() { MessageBytes = 10 });
        Assert.Equal(CoreError.EmptyText, (await TranslateAsync(fixture, "", "", "xx")).Error);
        Assert.Equal(CoreError.TooLarge, (await TranslateAsync(fixture, "12345678ö!", "", "xx")).Error);
        Assert.Equal(CoreError.UnknownLanguage, (await TranslateAsync(fixture, "12345678ö", "", "xx")).Error);
        Assert.Equal(CoreError.UnknownLanguage, (await TranslateAsync(fixture, "a", "xx", "fr")).Error);
        Assert.Equal(CoreError.UnknownLanguage, (await TranslateAsync(fixture, "a", "", "")).Error);
        Assert.Equal(CoreError.TranslationFailed, (await TranslateAsync(fixture, "fail", "", "fr")).Error);
        Assert.Equal(new(CoreError.None, "en", "fr:a"), await TranslateAsync(fixture, "a", "", "fr"));
        Assert.Equal(new(CoreError.None, "de", "zh:a"), await TranslateAsync(fixture, "a", "de", "zh-CN"));
        Assert.Equal(new(CoreError.None, "zh-TW", "fr:zt|a"), await TranslateAsync(fixture, "zt|a", "", "fr"));
    }

    [Fact]
    public async Task Without_an_engine_or_with_the_project_off_there_is_nothing()
    {
        await using var bare = await CoreFixture.StartAsync();
        Assert.Equal(CoreError.TranslationOff, await bare.Core.Translation.SetLanguageAsync(bare.Login(Ben), "fr", CancellationToken.None));
        Assert.Equal(CoreError.TranslationOff, (await TranslateAsync(bare, "", "", "")).Error);

        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, "fr");
        await fixture.Core.Projects.SaveAsync(
            new Project { Id = CoreFixture.Pid, Secret = "s", Settings = new() { Translation = false } }, CancellationToken.None);
        await SayAsync(fixture, 5, "hello");
        Assert.Equal("m5", await ben.NextToldAsync());
        Assert.Equal(CoreError.TranslationOff, await fixture.Core.Translation.SetLanguageAsync(ben, "de", CancellationToken.None));
        Assert.Empty(_engine.Asked);
    }

    [Fact]
    public async Task An_engine_that_is_down_fails_what_needs_it_and_comes_back()
    {
        _engine.Fails = true;
        await using var fixture = await StartAsync();
        var ben = await ReaderAsync(fixture, Ben, language: null);
        Assert.Equal(CoreError.TranslationFailed, await fixture.Core.Translation.SetLanguageAsync(ben, "fr", CancellationToken.None));
        _engine.Fails = false;
        Assert.Equal(CoreError.None, await fixture.Core.Translation.SetLanguageAsync(ben, "fr", CancellationToken.None));
        _engine.Fails = true;
        await SayAsync(fixture, 5, "hello");
        Assert.True(await _engine.Begun.WaitAsync(Patience));
        _engine.Fails = false;
        await SayAsync(fixture, 6, "hello");
        await ExpectAsync(ben, "m5", "m6");
    }

    private async Task<CoreFixture> StartAsync(ProjectSettings? settings = null, TranslationOptions? options = null)
    {
        var fixture = await CoreFixture.StartAsync(settings);
        fixture.Core.UseTranslator(_engine, options ?? new());
        return fixture;
    }

    private async Task WarmAsync(CoreFixture fixture) =>
        Assert.Equal(CoreError.None, (await TranslateAsync(fixture, "a", "", "fr")).Error);

    private static async Task<FakeSession> ReaderAsync(CoreFixture fixture, long uid, string? language)
    {
        var session = fixture.Login(uid);
        session.Takes = true;
        await fixture.Core.Translation.OpenAsync(session, wished: null);
        if (language is not null)
            Assert.Equal(CoreError.None, await fixture.Core.Translation.SetLanguageAsync(session, language, CancellationToken.None));
        return session;
    }

    private static async Task SayAsync(CoreFixture fixture, long mid, string text, long from = Ann) =>
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(from, Ben, mid, text))).Error);

    private static ValueTask<TranslationOutcome> TranslateAsync(CoreFixture fixture, string text, string source, string target) =>
        fixture.Core.Translation.TranslateAsync(
            fixture.Project, text, Encoding.UTF8.GetByteCount(text), source, target, CancellationToken.None);

    private static async Task ExpectAsync(FakeSession session, params string[] told)
    {
        foreach (var one in told)
            Assert.Equal(one, await session.NextToldAsync());
    }
}
