using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Load;

/// <summary>What a sender did in a stretch of time.</summary>
/// <param name="Staying">Of the invitations that stay, sent a second.</param>
/// <param name="All">Sent a second, whatever it was.</param>
/// <param name="Calls">The sender's calls, in milliseconds.</param>
internal sealed record SendWindow(double Staying, double All, Percentiles Calls);
