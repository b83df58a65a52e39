using System.Net;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>A host to try.</summary>
/// <param name="Preference">The lowest is tried first.</param>
/// <param name="Address">Of an address literal; null: to be looked up.</param>
internal sealed record MxHost(string Name, int Preference, IPAddress? Address = null);
