using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Client;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>Translation through the SDK, with an engine that speaks as LibreTranslate does (rtm-client.md §4.10, §4.11, §5.3).</summary>
public sealed class TranslationSdkTests : IAsyncLifetime
{
    private readonly TranslationEngine _engine = new();
    private ParleyServerProcess? _process;

    public async ValueTask InitializeAsync()
    {
        await _engine.StartAsync();
        _process = await RtmServer.StartAsync(
            SdkServer.SeedAsync, new Dictionary<string, string> { ["Translation:Url"] = _engine.Address });
    }

    public async ValueTask DisposeAsync()
    {
        await RtmServer.EndAsync(_process);
        await _engine.DisposeAsync();
    }

    [Fact]
    [CoversBySdk("translate", "setlang")]
    public async Task A_text_is_translated_and_unknown_languages_are_refused()
    {
        await using var ann = await LoginAsync(1);
        Assert.Equal(new RtmTranslation("en", "fr", "hello", "fr:hello"), await ann.Client.TranslateAsync("hello", "fr"));
        Assert.Equal("de", (await ann.Client.TranslateAsync("hallo", "fr", "de")).SourceLanguage);
        await Expect.CodeAsync(200051, () => ann.Client.TranslateAsync("", "fr"));
        await Expect.CodeAsync(200050, () => ann.Client.TranslateAsync("hello", "klingon"));
        await Expect.CodeAsync(200050, () => ann.Client.SetLanguageAsync("klingon"));
        await Expect.CodeAsync(200030, () => ann.Client.TranslateAsync(new('x', 20_481), "fr"));
    }

    [Fact]
    [CoversBySdk("setlang", "transmsg", "transgroupmsg", "transroommsg", "transbroadcastmsg")]
    public async Task A_translation_follows_each_text()
    {
        const long Group = 20_001;
        const long Room = 20_002;
        await using var ann = await LoginAsync(1);
        await using var ben = await LoginAsync(2);
        await using var backEnd = await BackEnd.ConnectAsync(_process!.Endpoints["RtmServer"], SdkServer.Pid);
        await backEnd.DoneAsync("addgroupmembers", ("gid", Group), ("uids", new[] { ann.Id, ben.Id }));
        await ben.Client.SetLanguageAsync("fr");
        foreach (var user in new[] { ann, ben })
            await user.Client.EnterRoomAsync(Room);

        await ExpectAsync(await ann.Client.SendToUserAsync(ben.Id, "hello"), ann.Conversation);
        await ExpectAsync(await ann.Client.SendToGroupAsync(Group, "hello"), RtmConversation.OfGroup(Group));
        await ExpectAsync(await ann.Client.SendToRoomAsync(Room, "hello"), RtmConversation.OfRoom(Room));
        await backEnd.OkAsync("broadcastmsg", ("from", SdkServer.Admin), ("mid", 5), ("mtype", 8), ("msg", "hello"), ("attrs", ""));
        await ExpectAsync(new(5, null), RtmConversation.Broadcast);

        async Task ExpectAsync(RtmSent sent, RtmConversation conversation)
        {
            Assert.Equal(sent.MessageId, (await ben.HearAsync("hello")).MessageId);
            var translation = await ben.NextAsync<RtmTranslationPush>();
            Assert.Equal((conversation, sent.MessageId, "fr:hello"), (translation.Conversation, translation.OriginalMessageId, translation.Text));
            Assert.NotEqual(sent.MessageId, translation.MessageId);
        }
    }

    private async Task<SdkUser> LoginAsync(int number)
    {
        var uid = SdkServer.FirstUser + number;
        var user = new SdkUser(new()
        {
            Gate = _process!.Endpoints["RtmClient"].ToString(),
            ProjectId = SdkServer.Pid,
            UserId = uid,
            Token = Seed.TokenOf(uid),
        });
        await Wait.For(user.Client.ConnectAsync(), "the login");
        return user;
    }
}
