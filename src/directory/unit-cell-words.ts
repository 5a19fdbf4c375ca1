// How the words of a unit cell (牵头单位, 责任单位) are told apart where the directory does not know them.

const unitEnding =
  /(?:局|委|办|部|院|会|室|厅|署|所|站|队|中心|公司|集团|银行|街道|镇|乡|村|社区|海关|政府|联|校|馆|台|厂|专班|组|处|科|团|(?:开发|新|园|景|管理|高新|示范|保税|合作|实验|试验)区)$/u;

/** A name that ends as units end (局, 委, 办, 中心 …), without what stands behind it in parentheses. */
export function looksLikeUnit(name: string): boolean {
  const bare = name.replace(/[(（][^()（）]*[)）]$/u, '');
  return bare.length >= 2 && bare.length <= 40 && unitEnding.test(bare);
}

/** Words for many units at once: 各镇街, 区直各有关单位, 成员单位, 辖区内各商业银行. */
export function looksLikeCollective(name: string): boolean {
  return (
    /^(?:各(?!自)|全[区市县省]|辖区|辖内|[区市县州省]直(?!属))/u.test(name) ||
    /(?:各|有关|相关|所有|全体|其他|其它|成员|职能|责任).*(?:单位|部门|机构|企业|银行|学校|医院)$/u.test(name) ||
    /^(?:有关|相关|其他|其它)/u.test(name)
  );
}

/** 有关单位, 其他相关部门: names nobody; beside names it only says that the list is open. */
export function namesNobody(name: string): boolean {
  return /^(?:其他|其它)?(?:各)?(?:有关|相关|其他|其它)(?:职能|责任|成员)?(?:单位|部门|部门和单位|机构|方面)$/u.test(
    name,
  );
}

const remark =
  /(?:等|(?:以?及|和)(?:其他|其它))(?:\d{1,3}[个家])?(?:[区市县州省]直)?(?:各|有关|相关|其他|其它|职能|成员|责任|牵头|配合|参与|业务|主管|行业)*(?:单位|部门|金融机构|机构|企业|银行|方面)?(?:和单位)?$/u;

/** What is left of a name when "等相关单位", "及其他有关单位" is taken off its end; null = no such remark. */
export function withoutRemark(name: string): string | null {
  const found = remark.exec(name);
  return found ? name.slice(0, found.index) : null;
}

/** Says where a unit belongs: 区, 市, 县, 省, 州; null when the name does not. */
export function levelOf(name: string): '区' | '市' | '县' | '省' | '州' | null {
  const found = /^(区|市|县|省|州)(?!场|政设施|政工程|容)/u.exec(name);
  return found ? (found[1] as '区') : null;
}
