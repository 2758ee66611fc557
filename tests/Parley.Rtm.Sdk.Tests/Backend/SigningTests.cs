using System.Security.Cryptography;
using System.Text;
using Parley.Rtm.Backend;
using Parley.Rtm.Sdk.Tests.Transport;

namespace Parley.Rtm.Sdk.Tests.Backend;

public sealed class SigningTests
{
    private const string Secret = "8f1d2c3b-4a5e-4f60-9a7b-0c1d2e3f4a5b";

    [Fact]
    public void Signatures_are_those_of_the_worked_examples()
    {
        var legacy = new QuestSigner(11000001, Secret, legacy: true, TimeProvider.System);
        Assert.Equal("C958B68A441F54E79CDAE401CB83DD83", legacy.Hash(1556446799123456789, "sendmsg", 0));
        var timed = new QuestSigner(11000001, Secret, legacy: false, TimeProvider.System);
        Assert.Equal("0719BB4795B0780D716CA55437B97B7E", timed.Hash(1571392800123456, "sendmsg", 1571392800));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_quest_is_signed_with_a_fresh_salt_in_the_chosen_form(bool legacy)
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.LegacySign = legacy);
        var asked = client.GetFriendsAsync(5);
        using var peer = await gate.AcceptAsync();
        var first = await peer.ServeAsync("getfriends", ("uids", new[] { 6L }));
        Assert.Equal([6], await asked);
        Assert.Equal(5, first.Int("uid"));
        Assert.Equal(11000001, first.Int("pid"));
        Assert.Equal(legacy, !first.Has("ts"));
        var text = $"11000001:{Secret}:{first.Int("salt")}" + (legacy ? "" : $":getfriends:{first.Int("ts")}");
        Assert.Equal(Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text))), first.Text("sign"));
        if (!legacy)
            Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - first.Int("ts"), 0, 20);

        var again = client.GetFriendsAsync(5);
        Assert.NotEqual(first.Int("salt"), (await peer.ServeAsync("getfriends", ("uids", Array.Empty<long>()))).Int("salt"));
        Assert.Empty(await again);
    }

    [Fact]
    public async Task A_signature_seen_before_is_made_anew_once()
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var asked = client.GetTokenAsync(5);
        using var peer = await gate.AcceptAsync();
        var first = await peer.ExpectAsync("gettoken");
        await peer.RefuseAsync(first, 200006);
        var second = await peer.ExpectAsync("gettoken");
        Assert.NotEqual(first.Body.Text("sign"), second.Body.Text("sign"));
        await peer.AnswerAsync(second, ("token", "T"));
        Assert.Equal("T", await asked);

        var refused = client.GetTokenAsync(5);
        await peer.RefuseAsync(await peer.ExpectAsync("gettoken"), 200006);
        await peer.RefuseAsync(await peer.ExpectAsync("gettoken"), 200006);
        Assert.Equal(RtmErrorCode.SameSign, (await Assert.ThrowsAsync<RtmException>(() => refused)).Code);
    }

    [Fact]
    public void Message_ids_differ_and_grow()
    {
        var ids = new MessageIds(TimeProvider.System);
        var other = new MessageIds(TimeProvider.System);
        var made = Enumerable.Range(0, 10_000).Select(_ => ids.Next()).ToArray();
        Assert.Equal(made.Order(), made);
        Assert.Equal(made.Length, made.Distinct().Count());
        Assert.All(made, id => Assert.True(id > 0));
        // Two processes share ids only when their 12 random bits are the same.
        if ((made[0] & 0xfff) != (other.Next() & 0xfff))
            Assert.Empty(made.Intersect(Enumerable.Range(0, 10_000).Select(_ => other.Next())));
    }
}
