extension ReportContent {
  /// The style sheet of the page: a serif column with sans-serif figures, rules as in a printed
  /// paper, black on white; no font is fetched.
  static let style = """
    :root{--ink:#1d2126;--quiet:#5a626b;--rule:#c9cdd3;--faint:#eceef1;--accent:#1f5fa8;--bad:#a3262e;\
    --good:#12705a;--sans:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
    body{margin:0 auto;padding:3rem 1.5rem 4rem;max-width:53rem;background:#fff;color:var(--ink);\
    font:16px/1.55 "Source Serif 4","Source Serif Pro",Charter,"Bitstream Charter",Georgia,\
    "Liberation Serif","Times New Roman",serif;font-variant-numeric:lining-nums}
    header{border-bottom:2px solid var(--ink);padding-bottom:1rem}
    .kind{margin:0;font:600 .78rem/1.3 var(--sans);letter-spacing:.06em;text-transform:uppercase;\
    color:var(--quiet)}
    .kind span{text-transform:none;letter-spacing:0;font-weight:400;margin-left:.6em}
    h1{font-size:2.05rem;line-height:1.2;font-weight:600;margin:.35rem 0 0;overflow-wrap:anywhere}
    h2{font-size:1.32rem;font-weight:600;margin:2.8rem 0 .8rem;padding-top:.6rem;\
    border-top:1px solid var(--rule)}
    h2 .no{color:var(--quiet);font-weight:400;margin-right:.7em}
    h3{font-size:1.05rem;font-weight:600;margin:1.6rem 0 .4rem}
    p{margin:.7rem 0;max-width:44rem;hyphens:auto}
    sup{font-size:.72em;line-height:0;vertical-align:.45em}
    a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
    a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    .tiles{display:flex;flex-wrap:wrap;gap:0;margin:1.3rem 0 .6rem}
    .tiles div{flex:1 1 10rem;padding:.2rem 1rem;border-left:1px solid var(--rule)}
    .tiles div:first-child{padding-left:0;border-left:0}
    .tiles b{display:block;font-size:1.42rem;font-weight:600;line-height:1.3;white-space:nowrap}
    .tiles span{display:block;font:.8rem/1.35 var(--sans);color:var(--quiet)}
    .notes{list-style:none;margin:1.2rem 0;padding:0;font-size:.94rem}
    .notes li{border-left:3px solid var(--rule);padding:.15rem 0 .15rem .9rem;margin:.4rem 0}
    .notes .warning{border-color:var(--bad)}
    .notes .warning b{color:var(--bad)}
    nav ol{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;margin:1.1rem 0 0;padding:0;\
    font:.84rem/1.5 var(--sans)}
    dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(21rem,1fr));gap:0 2.2rem;\
    margin:.8rem 0 1.2rem;font-size:.94rem}
    dl div{display:flex;gap:1rem;border-bottom:1px solid var(--faint);padding:.28rem 0}
    dt{flex:0 0 8.6rem;color:var(--quiet)}
    dd{margin:0;overflow-wrap:anywhere}
    figure{margin:1.5rem 0 1.8rem}
    .art{display:flex;flex-wrap:wrap;justify-content:center;gap:.5rem 1.5rem}
    .many .art>div{flex:1 1 20rem}
    .art>div{min-width:0;max-width:100%}
    .art svg{display:block;max-width:100%;height:auto;margin:0 auto}
    figcaption{font:.84rem/1.45 var(--sans);color:#363c43;max-width:44rem;margin:.55rem auto 0}
    figcaption b,.cap b{color:var(--ink)}
    .gallery{display:grid;grid-template-columns:repeat(auto-fit,minmax(21rem,1fr));gap:.4rem 1.6rem;\
    align-items:start}
    .gallery figure{margin:.8rem 0}
    .gallery .art{justify-content:flex-start}
    .gallery figcaption{margin-left:4px}
    .tab{margin:1.4rem 0 1.8rem}
    .cap{font:.84rem/1.45 var(--sans);color:#363c43;margin:0 0 .4rem;max-width:none;hyphens:manual}
    .csv{font-size:.78rem;margin-left:.5em}
    .wide{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4;\
    border-top:1.5px solid var(--ink);border-bottom:1.5px solid var(--ink);\
    font-variant-numeric:lining-nums tabular-nums}
    th{font-weight:600;text-align:left;border-bottom:1px solid var(--ink);vertical-align:bottom}
    th,td{padding:.26rem 1.15rem .26rem 0}
    th:last-child,td:last-child{padding-right:0}
    td{vertical-align:top;overflow-wrap:break-word}
    tbody tr+tr td{border-top:1px solid var(--faint)}
    .n{text-align:right;white-space:nowrap}
    .rest{color:var(--quiet);font-style:italic}
    .met{color:var(--good);white-space:nowrap}
    .missed{color:var(--bad);white-space:nowrap}
    p .missed{white-space:normal}
    @page{size:A4;margin:18mm 17mm 20mm}
    @media print{
    body{max-width:none;padding:0;font-size:10.2pt;line-height:1.42}
    nav,.csv{display:none}
    a{color:inherit;text-decoration:none}
    h1{font-size:19pt}
    h2{font-size:13pt;margin-top:1.6rem}
    h2,h3,.cap{break-after:avoid}
    figure,tr,.tiles,.notes li{break-inside:avoid}
    figure{margin:1rem 0 1.1rem}
    .gallery{grid-template-columns:1fr 1fr;gap:.2rem 1rem}
    dl{grid-template-columns:1fr 1fr}
    thead{display:table-header-group}
    .wide{overflow:visible}
    .short{break-inside:avoid}
    .art svg{max-height:80mm;width:auto}
    table{font-size:8.6pt}
    th,td{padding-right:.7rem}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    }

    """
}
