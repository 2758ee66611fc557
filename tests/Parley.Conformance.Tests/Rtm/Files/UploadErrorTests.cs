using System.Net;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>What the file gate refuses: every listed error, rules F-1 to F-6 (rtm-client.md §7.2, §7.3).</summary>
public sealed class UploadErrorTests(FileServer server)
{
    private static readonly string[] Parameters = ["pid", "from", "token", "mid", "mtype", "file", "attrs"];

    [Fact]
    public async Task Every_parameter_is_needed_and_of_its_type()
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var to = server.NewUser();
        foreach (var key in Parameters)
        {
            await gate.FailAsync(10009, "sendfile", (await QuestAsync(sender, to)).Without(key));
            await gate.FailAsync(10009, "sendfile", (await QuestAsync(sender, to)).With(key, null));
            await gate.FailAsync(10010, "sendfile", (await QuestAsync(sender, to)).With(key, true));
        }
        await gate.FailAsync(10010, "sendfile", (await QuestAsync(sender, to)).And("to", "x"));
    }

    [Fact]
    public async Task A_token_is_good_for_one_upload_only()
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var quest = await QuestAsync(sender, server.NewUser());
        await gate.OkAsync("sendfile", quest);
        await gate.FailAsync(200003, "sendfile", quest);
    }

    [Fact]
    public async Task Of_two_uploads_with_one_token_at_once_one_is_taken()
    {
        await using var sender = await server.LoginAsync();
        var quest = await QuestAsync(sender, server.NewUser());
        await using var one = await server.ConnectAsync();
        await using var two = await server.ConnectAsync();
        var answers = await Task.WhenAll(one.AskAsync("sendfile", quest), two.AskAsync("sendfile", quest));
        Assert.Single(answers, answer => !answer.IsError);
        Assert.Equal(200003, answers.Single(answer => answer.IsError).Body.Int("code"));
    }

    [Theory]
    [InlineData("pid")]
    [InlineData("from")]
    [InlineData("mid")]
    [InlineData("mtype")]
    [InlineData("file")]
    [InlineData("attrs")]
    public async Task The_first_quest_that_names_a_token_consumes_it_whatever_becomes_of_it(string missing)
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var quest = await QuestAsync(sender, server.NewUser());
        await gate.FailAsync(10009, "sendfile", quest.Without(missing));
        await gate.FailAsync(200003, "sendfile", quest);
    }

    [Fact]
    public async Task An_upload_that_names_the_token_behind_the_file_consumes_it_too()
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var quest = await QuestAsync(sender, server.NewUser());
        var file = quest.Single(parameter => parameter.Key == "file");
        (string Key, object? Value)[] turned = [file, .. quest.Without("file").Reverse()];
        await gate.FailAsync(200005, "sendfile", turned.With("mtype", 0));
        await gate.FailAsync(200003, "sendfile", quest);

        quest = await QuestAsync(sender, server.NewUser());
        file = quest.Single(parameter => parameter.Key == "file");
        await gate.OkAsync("sendfile", [file, .. quest.Without("file").Reverse()]);
    }

    [Fact]
    public async Task A_token_of_another_project_sender_command_or_receiver_is_refused_and_gone()
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var to = server.NewUser();
        await RefusedAsync("sendfile", quest => quest.With("token", "00000000000000000000000000000000"), isGone: false);
        await RefusedAsync("sendfile", quest => quest.With("token", ""), isGone: false);
        await RefusedAsync("sendfile", quest => quest.With("pid", FileServer.Other));
        await RefusedAsync("sendfile", quest => quest.With("pid", 999_999));
        await RefusedAsync("sendfile", quest => quest.With("from", sender.UserId + 1));
        await RefusedAsync("sendgroupfile", quest => quest);
        await RefusedAsync("broadcastfile", quest => quest);
        await RefusedAsync("sendfile", quest => quest.And("to", to + 1));
        // another receiver is refused before a missing parameter is told of
        await RefusedAsync("sendfile", quest => quest.Without("mid").With("from", 1L));

        async Task RefusedAsync(string method, Func<(string, object?)[], (string, object?)[]> change, bool isGone = true)
        {
            var quest = await QuestAsync(sender, to);
            await gate.FailAsync(200003, method, change(quest));
            if (isGone)
                await gate.FailAsync(200003, "sendfile", quest);
            else
                await gate.OkAsync("sendfile", quest);
        }
    }

    [Fact]
    public async Task The_receivers_of_many_must_be_those_of_the_token()
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        foreach (var (tos, isGood) in new[] { (new long[] { 8, 7 }, true), ([7, 8, 7], true), ([7], false), ([7, 8, 9], false), ([], false) })
        {
            var token = await FileServer.TokenAsync(sender, "sendfiles", ("tos", new[] { 7, 8 }));
            var quest = Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid()).And("tos", tos);
            if (isGood)
                await gate.OkAsync("sendfiles", quest);
            else
                await gate.FailAsync(200003, "sendfiles", quest);
        }
    }

    [Fact]
    public async Task A_token_expires()
    {
        await using var sender = await server.LoginAsync(pid: FileServer.Fleeting);
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", 5));
        using (var life = new PeriodicTimer(TimeSpan.FromSeconds(1.2), TimeProvider.System))
            await life.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        await gate.FailAsync(200003, "sendfile", Upload.Of(FileServer.Fleeting, sender.UserId, token, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(128)]
    [InlineData(300)]
    public async Task The_type_must_be_one_of_127(int mtype)
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        await gate.FailAsync(200005, "sendfile", (await QuestAsync(sender, server.NewUser())).With("mtype", mtype));
    }

    [Theory]
    [InlineData("", 200004)]
    [InlineData("x", 200004)]
    [InlineData("[]", 200004)]
    [InlineData("5", 200004)]
    [InlineData("null", 200004)]
    [InlineData("{", 200004)]
    [InlineData("{}", 200004)]
    [InlineData("""{"ext":"txt"}""", 200004)]
    [InlineData("""{"sign":null,"ext":"txt"}""", 200004)]
    [InlineData("""{"rtm":5,"ext":"txt"}""", 200004)]
    [InlineData("""{"sign":"\ud800","ext":"txt"}""", 200004)]
    [InlineData("""{"sign":"","ext":"txt"}""", 200003)]
    [InlineData("""{"sign":5,"ext":"txt"}""", 200003)]
    [InlineData("""{"sign":"cb29a61a829a2c6636975df7ba4d00f0","ext":"txt"}""", 200003)]
    [InlineData("""{"sign":"cb29a61a829a2c6636975df7ba4d00f0"}""", 200004)]
    public async Task Attrs_must_be_an_object_with_a_good_sign(string attrs, int code)
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        await gate.FailAsync(code, "sendfile", (await QuestAsync(sender, server.NewUser())).With("attrs", attrs));
    }

    [Theory]
    [InlineData("{\"sign\":\"S\",\"ext\":\"txt\"}", "{\"ext\":\"txt\"}")]
    [InlineData("{\"ext\":null,\"sign\":\"S\"}", "{\"ext\":null}")]
    [InlineData("{ \"a\" : [ {\"sign\":1} ] , \"sign\" : \"S\" , \"ext\" : \"\" }", "{ \"a\" : [ {\"sign\":1} ] , \"ext\" : \"\" }")]
    [InlineData("{\"rtm\":{\"sign\":\"S\",\"ext\":\"txt\",\"type\":\"x\"},\"custom\":{\"sign\":\"mine\"}}", "{\"rtm\":{\"ext\":\"txt\",\"type\":\"x\"},\"custom\":{\"sign\":\"mine\"}}")]
    [InlineData("{\"rtm\":{\"ext\":\"txt\",\"sign\":\"S\"},\"custom\":\"c\"}", "{\"rtm\":{\"ext\":\"txt\"},\"custom\":\"c\"}")]
    [InlineData("{\"sign\":\"S\",\"rtm\":{\"sign\":\"other\",\"ext\":\"\"}}", "{\"rtm\":{\"ext\":\"\"}}")]
    [InlineData("{\"sign\":null,\"rtm\":{\"sign\":\"S\",\"ext\":\"\"}}", "{\"rtm\":{\"ext\":\"\"}}")]
    public async Task Both_forms_of_attrs_are_taken_and_delivered_without_the_sign(string attrs, string delivered)
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
        attrs = attrs.Replace("\"S\"", $"\"{Upload.Sign(Upload.Hello, token)}\"", StringComparison.Ordinal);
        await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid(), attrs: attrs));
        Assert.Equal(delivered, (await receiver.NextBodyAsync("pushmsg")).Text("attrs"));
    }

    [Fact]
    public async Task The_case_of_the_sign_does_not_matter_and_the_inner_hash_may_be_upper()
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        foreach (var (upperInner, upperSign) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var token = await FileServer.TokenAsync(sender, "sendfile", ("to", 5));
            var sign = Upload.Sign(Upload.Hello, token, upperInner);
            sign = upperSign ? sign.ToUpperInvariant() : sign;
            await gate.OkAsync("sendfile", Upload.Of(
                FileServer.Pid, sender.UserId, token, server.NewMid(), attrs: $$"""{"sign":"{{sign}}","ext":""}"""));
        }
    }

    [Fact]
    public async Task Only_clients_of_the_first_generation_must_name_the_extension()
    {
        await using var g1 = await server.LoginAsync();
        await using var g2 = await server.LoginAsync(Profile.G2);
        await using var g4 = await server.LoginAsync(Profile.G4);
        await using var backEnd = await server.BackEndAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        await gate.FailAsync(200004, "sendfile", Of(g1.UserId, await FileServer.TokenAsync(g1, "sendfile", ("to", receiver.UserId)), "a.png"));
        await gate.OkAsync("sendfile", Of(g2.UserId, await FileServer.TokenAsync(g2, "sendfile", ("to", receiver.UserId)), "a.PNG"));
        await gate.OkAsync("sendfile", Of(g4.UserId, await FileServer.TokenAsync(g4, "sendfile", ("to", receiver.UserId)), null));
        await gate.OkAsync("sendfile", Of(7, await FileServer.TokenAsync(backEnd, 7, "sendfile", ("to", receiver.UserId)), "../x.e/vil"));
        Assert.EndsWith(".png", (await receiver.NextBodyAsync("pushmsg")).Text("msg"), StringComparison.Ordinal);
        Assert.Matches("/[0-9a-f]{32}$", (await receiver.NextBodyAsync("pushmsg")).Text("msg"));
        Assert.Matches("/[0-9a-f]{32}$", (await receiver.NextBodyAsync("pushmsg")).Text("msg"));

        (string, object?)[] Of(long from, string token, string? name) => Upload.Of(
            FileServer.Pid, from, token, server.NewMid(), attrs: Upload.Attrs(Upload.Hello, token, ext: null, filename: name));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(FileServer.SmallFile, 0)]
    [InlineData(FileServer.SmallFile + 1, 200031)]
    [InlineData(100_000, 200031)]
    [InlineData(0, 200033)]
    public async Task The_size_of_a_file_has_its_limits(int size, int code)
    {
        await using var sender = await server.LoginAsync(pid: FileServer.Small);
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", 5));
        await ExpectAsync(gate, code, Upload.Of(FileServer.Small, sender.UserId, token, server.NewMid(), new byte[size]));
    }

    [Theory]
    [InlineData(5_242_880, 0)]
    [InlineData(5_242_881, 200031)]
    [InlineData(8_000_000, 200031)]
    public async Task The_usual_limit_is_five_mebibytes(int size, int code)
    {
        await using var sender = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", 5));
        var file = new byte[size];
        Random.Shared.NextBytes(file);
        await ExpectAsync(gate, code, Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid(), file));
        Assert.False((await gate.AskAsync("*ping")).IsError);
    }

    [Theory]
    [InlineData(FileServer.SmallAttributes, 0)]
    [InlineData(FileServer.SmallAttributes + 1, 200031)]
    [InlineData(60_000, 200031)]
    [InlineData(70_000, 200031)]
    [InlineData(1_000_000, 200031)]
    public async Task The_length_of_attrs_has_its_limit(int length, int code)
    {
        await using var sender = await server.LoginAsync(pid: FileServer.Small);
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", 5));
        var attrs = $$"""{"sign":"{{Upload.Sign(Upload.Hello, token)}}","ext":"","a":"{{new string('x', length - 59)}}"}""";
        Assert.Equal(length, attrs.Length);
        var quest = Upload.Of(FileServer.Small, sender.UserId, token, server.NewMid(), attrs: attrs);
        await ExpectAsync(gate, code, quest);
        await gate.FailAsync(200003, "sendfile", quest.With("attrs", "{}")); // consumed, also when the attrs were too long to be kept
    }

    [Fact]
    public async Task Relations_and_bans_are_checked_again_at_the_upload()
    {
        await using var backEnd = await server.BackEndAsync();
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var (gid, rid) = (server.NewPlace(), server.NewPlace());
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", new[] { sender.UserId, receiver.UserId }));
        await sender.DoneAsync("enterroom", ("rid", rid));
        var toGroup = await FileServer.TokenAsync(sender, "sendgroupfile", ("gid", gid));
        var toGroupAgain = await FileServer.TokenAsync(sender, "sendgroupfile", ("gid", gid));
        var toRoom = await FileServer.TokenAsync(sender, "sendroomfile", ("rid", rid));
        var toRoomAgain = await FileServer.TokenAsync(sender, "sendroomfile", ("rid", rid));
        var toUser = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
        var toMany = await FileServer.TokenAsync(sender, "sendfiles", ("tos", new[] { receiver.UserId }));

        await backEnd.DoneAsync("addgroupban", ("gid", gid), ("uid", sender.UserId), ("btime", 300));
        await gate.FailAsync(200044, "sendgroupfile", Of(toGroup));
        await backEnd.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { sender.UserId }));
        await gate.FailAsync(200041, "sendgroupfile", Of(toGroupAgain));
        await backEnd.DoneAsync("addroomban", ("rid", rid), ("uid", sender.UserId), ("btime", 300));
        await gate.FailAsync(200045, "sendroomfile", Of(toRoom));
        await sender.DoneAsync("leaveroom", ("rid", rid));
        await gate.FailAsync(200040, "sendroomfile", Of(toRoomAgain));
        await receiver.DoneAsync("addblacks", ("blacks", new[] { sender.UserId }));
        await gate.FailAsync(200049, "sendfile", Of(toUser));
        await gate.FailAsync(200049, "sendfiles", Of(toMany));

        (string, object?)[] Of(string token) => Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid());
    }

    [Fact]
    public async Task The_same_mid_again_is_a_retry_and_leaves_no_second_file()
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var mid = server.NewMid();
        var (one, two) = (Guid.NewGuid().ToByteArray(), Guid.NewGuid().ToByteArray());
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
        await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, mid, one));
        token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
        await gate.FailAsync(200053, "sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, mid, two));
        await receiver.ExpectMidAsync("pushmsg", mid);
        Assert.True(File.Exists(PathOf(one)));
        Assert.False(File.Exists(PathOf(two)));

        string PathOf(byte[] file) => FileFolder.PathOf(
            server.Process, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)));
    }

    [Fact]
    public async Task Flood_control_and_switched_off_methods_hold_for_files()
    {
        await using var sender = await server.LoginAsync(pid: FileServer.Flood);
        await using var gate = await server.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            var token = await FileServer.TokenAsync(sender, "sendfile", ("to", 5));
            await ExpectAsync(gate, i == 0 ? 0 : 200011, Upload.Of(FileServer.Flood, sender.UserId, token, server.NewMid()));
        }
        await using var silent = await server.LoginAsync(pid: FileServer.Disabled);
        await silent.DoneAsync("enterroom", ("rid", 5));
        var off = await FileServer.TokenAsync(silent, "sendroomfile", ("rid", 5));
        await gate.FailAsync(200020, "sendroomfile", Upload.Of(FileServer.Disabled, silent.UserId, off, server.NewMid()));
    }

    [Fact]
    public async Task Other_methods_are_unknown_here()
    {
        await using var gate = await server.ConnectAsync();
        foreach (var method in new[] { "auth", "filetoken", "sendmsg", "sendfilex" })
            await gate.FailAsync(20004, method);
        Assert.False((await gate.AskAsync("*ping")).IsError);
    }

    private static async Task ExpectAsync(RtmPeer gate, int code, (string, object?)[] quest)
    {
        if (code == 0)
            await gate.OkAsync("sendfile", quest);
        else
            await gate.FailAsync(code, "sendfile", quest);
    }

    private async Task<(string Key, object? Value)[]> QuestAsync(RtmPeer sender, long to) =>
        Upload.Of(FileServer.Pid, sender.UserId, await FileServer.TokenAsync(sender, "sendfile", ("to", to)), server.NewMid());
}
