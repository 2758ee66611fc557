using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Messaging;

public sealed class BackEndSendTests
{
    [Fact]
    public async Task A_back_end_needs_a_valid_sender_and_passes_friends_only_flood_and_words()
    {
        await using var fixture = await CoreFixture.StartAsync(new ProjectSettings
        {
            FriendsOnly = true,
            FloodMessages = 1,
            FloodWindowSeconds = 3600,
            SensitiveWords = ["bad"],
        });
        var send = fixture.Core.Messenger.SendAsync;
        foreach (var sender in new[] { 0, -1, 9_000_000_000_000_001 })
            Assert.Equal(CoreError.InvalidId, (await send(AsBackEnd(sender, 1))).Error);
        for (var mid = 1; mid <= 3; mid++)
            Assert.Equal(CoreError.None, (await send(AsBackEnd(1, mid))).Error);

        SendRequest AsBackEnd(long sender, long mid) => fixture.ToPeer(sender, 2, mid, "bad") with { Authority = SendAuthority.BackEnd };
    }
}
